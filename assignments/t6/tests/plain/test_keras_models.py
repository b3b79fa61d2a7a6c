"""Checks of `build_regularized_model`, the part of `regularization.py` that builds a network."""
from checkkit import check, expect


@check(
    "build_regularized_model",
    "one hidden layer of four units: its layers, their shapes, Adam and its limit",
    public=True,
    hint="Dense, BatchNormalization and Dropout for the hidden layer, then one sigmoid unit.",
)
def test_brm_small(sub):
    with sub.unrecorded():
        model = sub.build_regularized_model(3, hidden=(4,), dropout=0.25, clipnorm=0.5)
        layers, settings = sub.support.describe(model), sub.support.compiled_with(model)
        weights = sub.support.model_weights(model)
    kinds = []
    for index, layer in enumerate(expect.sequence(layers, "the layers")):
        kind, _ = expect.sequence(layer, "layer %d" % index, 2)
        kinds.append(expect.text(kind, "the kind of layer %d" % index))
    sub.observe("kinds of layers", sorted(kinds))
    kinds = [kind for kind in kinds if kind != "Activation"]
    wanted = ["BatchNormalization", "Dense", "Dense", "Dropout"]
    expect.that(sorted(kinds) == wanted, "the layers", "be %s" % ", ".join(wanted), kinds)
    expect.that(kinds[0] == kinds[-1] == "Dense", "the first and last layer", "be Dense", kinds)
    weights = expect.sequence(weights, "the layers with weights", 3)
    expect.array(expect.sequence(weights[0], "the first layer's weights")[0], "its kernel", (3, 4))
    expect.array(expect.sequence(weights[2], "the head's weights")[0], "its kernel", (4, 1))
    settings = expect.mapping(settings, "the optimizer", ["kind", "clipnorm", "global_clipnorm"])
    expect.equal(settings["kind"], "Adam", "the kind of optimizer")
    limits = [settings[name] for name in ("clipnorm", "global_clipnorm")]
    limits = [limit for limit in limits if limit is not None]
    expect.close(limits, [0.5], "what the optimizer clips at, by clipnorm or by global_clipnorm")
