// NumPy arrays in: read where they lie if the engine can, otherwise converted once.

#include "core.h"

#include <string.h>

_Static_assert(sizeof(npy_intp) == sizeof(int64_t), "the engine's extents are 64-bit");

/// How a NumPy dtype reaches the engine.
typedef struct {
    char kind;
    int itemsize;
    martlet_dtype dtype;
    int type_number; ///< what NumPy converts to when the array cannot be read in place
    int in_place;    ///< whether its items already are what the engine reads
} dtype_route;

// clang-format off: one dtype a line
static const dtype_route routes[] = {
    {'b', 1, MARTLET_UINT8, NPY_UINT8, 1}, // NumPy stores a bool as one byte, 0 or 1
    {'u', 1, MARTLET_UINT8, NPY_UINT8, 1},
    {'i', 1, MARTLET_INT32, NPY_INT32, 0},
    {'i', 2, MARTLET_INT32, NPY_INT32, 0},
    {'u', 2, MARTLET_INT32, NPY_INT32, 0},
    {'i', 4, MARTLET_INT32, NPY_INT32, 1},
    {'u', 4, MARTLET_INT64, NPY_INT64, 0},
    {'i', 8, MARTLET_INT64, NPY_INT64, 1},
    {'u', 8, MARTLET_FLOAT64, NPY_FLOAT64, 0},
    {'f', 2, MARTLET_FLOAT32, NPY_FLOAT32, 0},
    {'f', 4, MARTLET_FLOAT32, NPY_FLOAT32, 1},
    {'f', 8, MARTLET_FLOAT64, NPY_FLOAT64, 1},
    {'f', 16, MARTLET_FLOAT64, NPY_FLOAT64, 0},
};
// clang-format on

static const dtype_route *find_route(PyArrayObject *array, const char *name) {
    PyArray_Descr *dtype = PyArray_DESCR(array);
    for (size_t index = 0; index < sizeof routes / sizeof *routes; index++)
        if (routes[index].kind == dtype->kind && routes[index].itemsize == PyArray_ITEMSIZE(array))
            return &routes[index];
    PyErr_Format(PyExc_TypeError, "%s: expected numbers (bool, integer or floating point), received dtype %S.", name,
                 dtype);
    return NULL;
}

/// Whether the engine can step through the array as it lies: aligned, in native byte order, with packed samples
/// that follow each other forwards without overlapping.
static int is_readable_in_place(PyArrayObject *array) {
    if (!PyArray_ISBEHAVED_RO(array)) return 0;
    if (PyArray_SIZE(array) == 0) return 1;
    npy_intp packed = PyArray_ITEMSIZE(array);
    for (int axis = PyArray_NDIM(array) - 1; axis > 0; axis--) {
        if (PyArray_DIM(array, axis) > 1 && PyArray_STRIDE(array, axis) != packed) return 0;
        packed *= PyArray_DIM(array, axis);
    }
    return PyArray_DIM(array, 0) == 1 || PyArray_STRIDE(array, 0) >= packed;
}

static PyArrayObject *converted(PyArrayObject *array, int type_number) {
    return (PyArrayObject *)PyArray_FromArray(array, PyArray_DescrFromType(type_number),
                                              NPY_ARRAY_CARRAY_RO | NPY_ARRAY_FORCECAST | NPY_ARRAY_ENSUREARRAY);
}

/// The array that the engine reads for `array`: itself, or a copy. NULL with an exception set.
static PyArrayObject *readable(PyArrayObject *array, const dtype_route *route) {
    if (!route->in_place || !is_readable_in_place(array)) return converted(array, route->type_number);
    Py_INCREF(array);
    return array;
}

PyObject *core_readable(PyObject *Py_UNUSED(module), PyObject *object) {
    PyArrayObject *array = (PyArrayObject *)PyArray_FROM_O(object);
    if (array == NULL) return NULL;
    const dtype_route *route = find_route(array, "array");
    PyArrayObject *owner = route == NULL ? NULL : readable(array, route);
    Py_DECREF(array);
    return (PyObject *)owner;
}

static int check_rank(PyArrayObject *array, const char *name) {
    int rank = PyArray_NDIM(array);
    if (rank >= 1 && rank <= MARTLET_MAX_RANK) return 0;
    PyErr_Format(PyExc_ValueError, "%s: expected an array of 1 to %d axes, the first being the sample, received %d.%s",
                 name, MARTLET_MAX_RANK, rank, rank == 0 ? " Use array[numpy.newaxis] for one sample." : "");
    return -1;
}

/// Fills the next entry; the shape is copied because Python code may reshape the array in place during the run.
static void lend(core_arrays *arrays, PyArrayObject *owner, martlet_dtype dtype) {
    int32_t index = arrays->count++;
    int rank = PyArray_NDIM(owner);
    arrays->owners[index] = owner;
    memcpy(arrays->shapes[index], PyArray_DIMS(owner), (size_t)rank * sizeof(int64_t));
    arrays->arrays[index] = (martlet_array){
        .data = PyArray_DATA(owner),
        .dtype = dtype,
        .rank = rank,
        .shape = arrays->shapes[index],
        .row_stride = PyArray_DIM(owner, 0) > 1 && PyArray_SIZE(owner) > 0 ? PyArray_STRIDE(owner, 0) : 0,
    };
}

int core_arrays_append(core_arrays *arrays, PyObject *object, const char *name) {
    if (arrays->count == MARTLET_MAX_ARRAYS) {
        PyErr_Format(PyExc_ValueError, "%s: a model takes at most %d arrays.", name, MARTLET_MAX_ARRAYS);
        return -1;
    }
    PyArrayObject *array = (PyArrayObject *)PyArray_FROM_O(object);
    if (array == NULL) return -1;
    const dtype_route *route = check_rank(array, name) < 0 ? NULL : find_route(array, name);
    PyArrayObject *owner = route == NULL ? NULL : readable(array, route);
    Py_DECREF(array);
    if (owner == NULL) return -1;
    lend(arrays, owner, route->dtype);
    return 0;
}

void core_arrays_clear(core_arrays *arrays) {
    while (arrays->count > 0)
        Py_CLEAR(arrays->owners[--arrays->count]);
}

int core_arrays_append_weights(core_arrays *arrays, PyObject *object, int64_t samples) {
    const char *name = "sample_weight";
    if (arrays->count == MARTLET_MAX_ARRAYS) {
        PyErr_Format(PyExc_ValueError, "%s: a model takes at most %d arrays.", name, MARTLET_MAX_ARRAYS);
        return -1;
    }
    PyArrayObject *array = (PyArrayObject *)PyArray_FROM_O(object), *owner = NULL;
    if (array == NULL) return -1;
    PyArray_Descr *dtype = PyArray_DESCR(array);
    int rank = PyArray_NDIM(array);
    if (strchr("biuf", dtype->kind) == NULL) {
        PyErr_Format(PyExc_TypeError, "%s: expected real numbers, received dtype %S.", name, dtype);
    } else if (rank < 1 || rank > 2 || PyArray_DIM(array, 0) != samples) {
        PyErr_Format(PyExc_ValueError,
                     "%s: expected one value for each of the %lld samples, or for each of their time steps, received "
                     "%d axes and %zd values.",
                     name, (long long)samples, rank, (Py_ssize_t)PyArray_SIZE(array));
    } else {
        owner = converted(array, NPY_FLOAT32);
    }
    Py_DECREF(array);
    if (owner == NULL) return -1;
    lend(arrays, owner, MARTLET_FLOAT32);
    return 0;
}

PyArrayObject *core_integers(PyObject *object, const char *name) {
    PyArrayObject *array = (PyArrayObject *)PyArray_FROM_O(object), *vector = NULL;
    if (array == NULL) return NULL;
    PyArray_Descr *dtype = PyArray_DESCR(array);
    if (strchr("iu", dtype->kind) == NULL) {
        PyErr_Format(PyExc_TypeError, "%s: expected integers, received dtype %S.", name, dtype);
    } else if (PyArray_NDIM(array) != 1) {
        PyErr_Format(PyExc_ValueError, "%s: expected one axis, received %d.", name, PyArray_NDIM(array));
    } else {
        vector = converted(array, NPY_INT64);
    }
    Py_DECREF(array);
    return vector;
}
