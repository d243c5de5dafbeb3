// The calls of MPI that a training over several machines needs, as functions: most names of MPI are macros, which Swift
// cannot import. Without the trait MPI, cmpi_begin() returns CMPI_MISSING, and nothing else may be called.
//
// Every function returns 0 or an error code, whose text is cmpi_error_text().

#ifndef CMPI_H
#define CMPI_H

#include <stdbool.h>
#include <stddef.h>

enum { CMPI_MISSING = -1 };

/// Starts MPI for a process in which only one thread calls it. The arguments of the program are not changed.
int cmpi_begin(int *process, int *processes);

/// Ends MPI. All processes call it.
int cmpi_end(void);

/// Ends all processes.
void cmpi_abort(int code);

/// The name of this machine, which ends with a zero byte. The memory is never released.
const char *cmpi_machine(void);

/// The text of an error code. The memory is valid until the next call.
const char *cmpi_error_text(int code);

/// MPI_Alltoallv. Counts and places are in units of `unit` bytes, and there is one for each process.
int cmpi_exchange(const void *sent, const int *counts, const int *places, void *received, const int *received_counts,
                 const int *received_places, int unit);

/// MPI_Allgatherv in place. Counts and places are in units of `unit` bytes, and there is one for each process.
int cmpi_gather(void *buffer, const int *counts, const int *places, int unit);

#endif
