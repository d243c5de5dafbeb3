// The compiler of C needs MPI's header, the compiler of Swift does not.
