#include "CMPI.h"

#ifdef WITH_MPI

#include <mpi.h>

// Bytes are sent as they are: the processes of a training have processors of the same byte order.
static MPI_Datatype types[2];
static int sizes[2] = {1, 64};

static int type(int unit, MPI_Datatype *found) {
    for (int index = 0; index < 2; index++)
        if (sizes[index] == unit) {
            *found = types[index];
            return MPI_SUCCESS;
        }
    return MPI_ERR_TYPE;
}

int cmpi_begin(int *process, int *processes) {
    int provided, code = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
    if (code != MPI_SUCCESS) return code;
    // An error is returned, so that the caller can say where the last checkpoint is.
    code = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    for (int index = 0; code == MPI_SUCCESS && index < 2; index++) {
        code = MPI_Type_contiguous(sizes[index], MPI_BYTE, &types[index]);
        if (code == MPI_SUCCESS) code = MPI_Type_commit(&types[index]);
    }
    if (code == MPI_SUCCESS) code = MPI_Comm_rank(MPI_COMM_WORLD, process);
    if (code == MPI_SUCCESS) code = MPI_Comm_size(MPI_COMM_WORLD, processes);
    return code;
}

int cmpi_end(void) {
    for (int index = 0; index < 2; index++) MPI_Type_free(&types[index]);
    return MPI_Finalize();
}

void cmpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

const char *cmpi_machine(void) {
    static char name[MPI_MAX_PROCESSOR_NAME + 1];
    int length = 0;
    if (MPI_Get_processor_name(name, &length) != MPI_SUCCESS) length = 0;
    name[length] = 0;
    return name;
}

const char *cmpi_error_text(int code) {
    static char text[MPI_MAX_ERROR_STRING + 1];
    int length = 0;
    if (MPI_Error_string(code, text, &length) != MPI_SUCCESS) length = 0;
    text[length] = 0;
    return text;
}

int cmpi_exchange(const void *sent, const int *counts, const int *places, void *received, const int *received_counts,
                 const int *received_places, int unit) {
    MPI_Datatype datatype;
    int code = type(unit, &datatype);
    if (code != MPI_SUCCESS) return code;
    return MPI_Alltoallv(sent, counts, places, datatype, received, received_counts, received_places, datatype,
                         MPI_COMM_WORLD);
}

int cmpi_gather(void *buffer, const int *counts, const int *places, int unit) {
    MPI_Datatype datatype;
    int code = type(unit, &datatype);
    if (code != MPI_SUCCESS) return code;
    return MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, buffer, counts, places, datatype, MPI_COMM_WORLD);
}

#else

int cmpi_begin(int *process, int *processes) {
    (void)process, (void)processes;
    return CMPI_MISSING;
}

int cmpi_end(void) { return CMPI_MISSING; }

void cmpi_abort(int code) { (void)code; }

const char *cmpi_machine(void) { return ""; }

const char *cmpi_error_text(int code) {
    (void)code;
    return "MPI is missing";
}

int cmpi_exchange(const void *sent, const int *counts, const int *places, void *received, const int *received_counts,
                 const int *received_places, int unit) {
    (void)sent, (void)counts, (void)places, (void)received, (void)received_counts, (void)received_places, (void)unit;
    return CMPI_MISSING;
}

int cmpi_gather(void *buffer, const int *counts, const int *places, int unit) {
    (void)buffer, (void)counts, (void)places, (void)unit;
    return CMPI_MISSING;
}

#endif
