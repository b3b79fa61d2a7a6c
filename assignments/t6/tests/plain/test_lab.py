"""Checks of the two classes of `lab_exercise_t6.py`: no ranking, only what must hold."""
import numpy as np
from checkkit import check, expect

FLOW = "the norms, and the layer names"


def expect_kernels(weights, shapes, what):
    """The layers with weights have kernels of these shapes."""
    layers = expect.sequence(weights, what, len(shapes))
    for index, (own, shape) in enumerate(zip(layers, shapes)):
        name = "%s, layer %d" % (what, index)
        kernel = expect.sequence(own, name)
        expect.that(len(kernel) > 0, name, "have a kernel")
        expect.array(kernel[0], "the kernel of %s" % name, shape)


@check(
    "GradientDescentVisualizer",
    "create_base_model gives a 2-32-16-8-1 network, with equal weights at each call",
    public=True,
    hint="Set the seed inside create_base_model, right before the weights are drawn.",
)
def test_gdv_base_model(sub):
    with sub.unrecorded():
        visualizer = sub.GradientDescentVisualizer()
        one = sub.support.model_weights(visualizer.create_base_model())
        sub.support.keras_model([["Dense", {"units": 3}]], [2])
        two = sub.support.model_weights(visualizer.create_base_model())
    shapes = [(2, 32), (32, 16), (16, 8), (8, 1)]
    expect_kernels(one, shapes, "the first model")
    expect_kernels(two, shapes, "the second model")
    for index, (first, second) in enumerate(zip(one, two)):
        expect.close(second, first, "layer %d of the second model" % index, rtol=0, atol=1e-9)


@check(
    "GradientDescentVisualizer",
    "fewer than three optimizers are refused before anything is trained",
    public=True,
    weight=0.5,
    hint="Check the number of optimizers first; raise ValueError.",
)
def test_gdv_too_few(sub):
    x, y = np.array([[0.0, 1.0], [1.0, 0.0]], dtype="float32"), np.array([0.0, 1.0], "float32")
    visualizer = sub.GradientDescentVisualizer()
    optimizers = {
        name: sub.support.keras_optimizer("SGD", {"learning_rate": 0.1}) for name in ("a", "b")
    }
    with expect.raises("ValueError", "there are two optimizers"):
        visualizer.compare_optimizers(optimizers, (x, y, x, y, x, y), epochs=1)
    history = expect.mapping(visualizer.get("history"), "history")
    expect.that(not history, "history", "be empty after a comparison that was refused", history)


@check(
    "GradientProblemsDemonstrator",
    "create_deep_network(depth=3) has three Dense layers: 10 inputs, 64 wide, one output",
    public=True,
    hint="depth counts Dense layers, the head among them: depth - 1 are hidden.",
)
def test_gpd_network(sub):
    with sub.unrecorded():
        demonstrator = sub.GradientProblemsDemonstrator()
        model = demonstrator.create_deep_network(depth=3, activation="tanh")
        weights = sub.support.model_weights(model)
    expect_kernels(weights, [(10, 64), (64, 64), (64, 1)], "the network")


@check(
    "GradientProblemsDemonstrator",
    "analyze_gradient_flow gives the gradient worked out by hand, and the layer's name",
    public=True,
    hint="The loss is mean((y - 1)^2); for y = 6 its gradient for the kernel is 2 * 5 * 3.",
)
def test_gpd_by_hand(sub):
    layers = [["Dense", {"units": 1, "use_bias": False, "name": "only"}]]
    model = sub.support.keras_model(layers, [1], [[np.array([[2.0]])]])
    sub.sibling("layer_gradient_norms", [{"only": 30.0}])
    demonstrator = sub.GradientProblemsDemonstrator()
    x = np.array([[3.0]], dtype="float32")
    found = demonstrator.analyze_gradient_flow(model, x)
    norms, names = expect.sequence(found, "what analyze_gradient_flow returns", 2, FLOW)
    expect.close(norms, [30.0], "the norms", rtol=1e-4)
    expect.equal(names, ["only"], "the layer names")
