// Counts this process's allocations. Linking this into a program is enough: its malloc takes the place of
// the C library's, for Swift's runtime and every library too.
#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

/// How often memory was asked for so far, by any thread: malloc, calloc, realloc and the aligned ones.
/// -1 where they are not counted: anywhere but with glibc, and under a sanitizer, which counts itself.
long allocation_count(void);

#endif
