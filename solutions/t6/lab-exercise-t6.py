from lab_exercise_t6 import main

if __name__ == "__main__":
    main()
