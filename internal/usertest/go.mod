// A module of a user, outside of the repository; see run.
module example.com/greeter

go 1.26.0
