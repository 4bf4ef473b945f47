// Engine memory out: a NumPy array whose base object, a capsule, keeps the storage alive.

#include "core.h"

static const char *const capsule_name = "martlet._core.storage";

static void release_storage(PyObject *capsule) { martlet_storage_release(PyCapsule_GetPointer(capsule, capsule_name)); }

/// Reads `shape` into `extents`. Returns the rank, or -1 with an exception set.
static int read_shape(PyObject *shape, npy_intp *extents) {
    if (!PyTuple_Check(shape) || PyTuple_GET_SIZE(shape) > MARTLET_MAX_RANK) {
        PyErr_Format(PyExc_TypeError, "shape: expected a tuple of at most %d integers, received %R.", MARTLET_MAX_RANK,
                     shape);
        return -1;
    }
    int rank = (int)PyTuple_GET_SIZE(shape);
    for (int axis = 0; axis < rank; axis++) {
        extents[axis] = PyNumber_AsSsize_t(PyTuple_GET_ITEM(shape, axis), PyExc_OverflowError);
        if (extents[axis] == -1 && PyErr_Occurred()) return -1;
        if (extents[axis] < 0) {
            PyErr_Format(PyExc_ValueError, "shape: expected extents of 0 or more, received %R.", shape);
            return -1;
        }
    }
    return rank;
}

/// Whether `offset` and the extents stay within `count` floats. The product may overflow, so it is checked.
static int is_inside(int64_t count, int64_t offset, const npy_intp *extents, int rank) {
    int64_t size = 1, end;
    for (int axis = 0; axis < rank; axis++)
        if (__builtin_mul_overflow(size, (int64_t)extents[axis], &size)) return 0;
    return offset >= 0 && !__builtin_add_overflow(offset, size, &end) && end <= count;
}

/// An array over the storage that `capsule` owns, holding a reference to it.
static PyObject *array_over(PyObject *capsule, float *data, const npy_intp *extents, int rank, int writable) {
    PyObject *array = PyArray_SimpleNewFromData(rank, extents, NPY_FLOAT32, data);
    if (array == NULL) return NULL;
    if (!writable) PyArray_CLEARFLAGS((PyArrayObject *)array, NPY_ARRAY_WRITEABLE);
    Py_INCREF(capsule);
    if (PyArray_SetBaseObject((PyArrayObject *)array, capsule) < 0) Py_CLEAR(array);
    return array;
}

PyObject *core_view(martlet_storage *storage, int64_t offset, PyObject *shape, int writable) {
    PyObject *capsule = PyCapsule_New(storage, capsule_name, release_storage);
    if (capsule == NULL) {
        martlet_storage_release(storage);
        return NULL;
    }
    PyObject *array = NULL;
    npy_intp extents[MARTLET_MAX_RANK];
    int rank = read_shape(shape, extents);
    int64_t count = martlet_storage_count(storage);
    if (rank >= 0 && !is_inside(count, offset, extents, rank)) {
        PyErr_Format(PyExc_ValueError, "view: expected a window inside %lld floats, received offset %lld and shape %R.",
                     (long long)count, (long long)offset, shape);
    } else if (rank >= 0) {
        array = array_over(capsule, martlet_storage_data(storage) + offset, extents, rank, writable);
    }
    Py_DECREF(capsule);
    return array;
}
