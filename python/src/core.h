/// core.h: what the files of the extension module `martlet._core` share.
///
/// The module only translates: Python arguments to the C ABI of martlet.h, statuses to exceptions, engine memory
/// to NumPy arrays. It computes nothing. Reading order: module.c, model.c, runs.c, datasets.c, arrays.c, progress.c,
/// views.c, files.c, errors.c.
#ifndef MARTLET_CORE_H
#define MARTLET_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

// The 1.22 feature level lets one binary, built against NumPy 2, run on NumPy 1.24 too.
#define NPY_TARGET_VERSION NPY_1_22_API_VERSION
#define NPY_NO_DEPRECATED_API NPY_1_22_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL martlet_core_numpy
#ifndef CORE_IMPORTS_NUMPY
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>

#include "martlet.h"

/// Runs a statement that calls the engine without holding the GIL. Every call on a model goes through this: the
/// engine serialises them, so a thread that waited for its turn with the GIL would keep the running one's
/// progress callback from ever getting it.
#define CORE_WITHOUT_GIL(statement)                  \
    do {                                             \
        PyThreadState *saved_ = PyEval_SaveThread(); \
        statement;                                   \
        PyEval_RestoreThread(saved_);                \
    } while (0)

/// An entry's function and flags for a method table.
#define CORE_WITH_KEYWORDS(function) (PyCFunction)(void (*)(void)) function, METH_VARARGS | METH_KEYWORDS

// MARK: errors.c

/// Sets the Python exception for a failed call of this thread and returns NULL.
PyObject *core_raise(martlet_status status);

/// None for MARTLET_OK, otherwise NULL with the exception set.
PyObject *core_none_or_raise(martlet_status status);

/// Turns a `char *` that the engine allocated into a Python string and frees it; raises when `status` says so.
PyObject *core_text_or_raise(martlet_status status, char *text);

// MARK: arrays.c

/// NumPy arrays lent to the engine. Owns a reference to each array that is read: the caller's own where its memory
/// can be read in place, otherwise a copy.
typedef struct {
    int32_t count;
    PyArrayObject *owners[MARTLET_MAX_ARRAYS];
    int64_t shapes[MARTLET_MAX_ARRAYS][MARTLET_MAX_RANK];
    martlet_array arrays[MARTLET_MAX_ARRAYS];
} core_arrays;

/// Adds one array under the name that errors use. Returns -1 with an exception set.
int core_arrays_append(core_arrays *arrays, PyObject *object, const char *name);
void core_arrays_clear(core_arrays *arrays);

/// The array that the engine reads for one of numbers: itself, or a copy. The one rule of kinds and strides.
PyObject *core_readable(PyObject *module, PyObject *object);

/// Adds an array of sample weights, packed and in float32: (samples,) or (samples, steps). Returns -1 with an exception set.
int core_arrays_append_weights(core_arrays *arrays, PyObject *object, int64_t samples);

/// A packed one-dimensional array of integers, or NULL with an exception set.
PyArrayObject *core_integers(PyObject *object, const char *name);

// MARK: datasets.c

/// The Python arguments of a run; `targets` is NULL for prediction, the last two may be None. Weights are an array for
/// all outputs, or a list of one for each.
typedef struct {
    PyObject *inputs, *targets, *sample_weight, *rows;
} core_sources;

typedef struct {
    core_arrays inputs, targets, weights;
    PyArrayObject *rows;
    martlet_dataset dataset;
} core_dataset;

/// Returns -1 with an exception set and nothing to close.
int core_dataset_open(core_dataset *data, const core_sources *sources);
void core_dataset_close(core_dataset *data);

/// How many samples a run over the dataset visits.
int64_t core_dataset_rows(const core_dataset *data);

// MARK: progress.c

/// Hears from a run: checks for signals, calls the Python `progress` callable, keeps what either raised.
typedef struct {
    PyObject *callable; ///< borrowed for the length of the run; NULL: only signals
    PyObject *exception[3];
} core_listener;

/// Makes `options` report to the listener.
void core_listener_attach(core_listener *listener, PyObject *progress, martlet_run_options *options);

/// Raises what the run left behind: the kept exception first, then the engine's failure. Returns -1 when it did.
int core_listener_finish(core_listener *listener, martlet_status status);

// MARK: views.c

/// A float32 array of `shape` over the engine's memory from the given float on. Takes over the storage.
PyObject *core_view(martlet_storage *storage, int64_t offset, PyObject *shape, int writable);

// MARK: model.c and runs.c

typedef struct {
    PyObject_HEAD
    martlet_model *handle; ///< never NULL: `Model.__new__` builds the engine's model or fails
} core_model;

extern PyTypeObject core_model_type;

PyObject *core_model_train(core_model *self, PyObject *args, PyObject *kwargs);
PyObject *core_model_evaluate(core_model *self, PyObject *args, PyObject *kwargs);
PyObject *core_model_predict(core_model *self, PyObject *args, PyObject *kwargs);
PyObject *core_model_gradients(core_model *self, PyObject *args, PyObject *kwargs);
PyObject *core_model_profile(core_model *self, PyObject *args, PyObject *kwargs);

// MARK: files.c

PyObject *core_model_save_weights(core_model *self, PyObject *args, PyObject *kwargs);
PyObject *core_model_load_weights(core_model *self, PyObject *args, PyObject *kwargs);
PyObject *core_model_restart_if_diverged(core_model *self, PyObject *ignored);
PyObject *core_write_file(PyObject *module, PyObject *args, PyObject *kwargs);

/// An "O&" converter for seeds: any integer in 0 ... 2**64 - 1.
int core_seed_converter(PyObject *object, void *seed);

#endif
