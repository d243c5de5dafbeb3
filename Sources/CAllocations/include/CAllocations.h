// Counts this process's memory allocations. Linking this library is enough: its malloc replaces the C library's, also
// for Swift's runtime and every other library.
#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

/// Returns the number of allocations so far, by all threads: malloc, calloc, realloc and the aligned variants. Returns
/// -1 if they are not counted: on systems without glibc, and under a sanitizer, which has its own malloc.
long allocation_count(void);

#endif
