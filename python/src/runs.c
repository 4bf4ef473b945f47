// The methods of Model that read data: train, evaluate, predict, gradients, profile.

#include "core.h"

_Static_assert(sizeof(long long) == sizeof(int64_t), "the format \"L\" fills an int64_t");

typedef martlet_status (*engine_run)(martlet_model *, const martlet_dataset *, const martlet_run_options *,
                                     martlet_result *);

static PyObject *values_tuple(const martlet_result *result) {
    PyObject *values = PyTuple_New(result->value_count);
    for (int32_t index = 0; values != NULL && index < result->value_count; index++) {
        PyObject *value = PyFloat_FromDouble(result->values[index]);
        if (value == NULL) {
            Py_CLEAR(values);
            break;
        }
        PyTuple_SET_ITEM(values, index, value);
    }
    return values;
}

/// A result with room for what the model tells; its values are freed by the caller. Returns -1 with an exception set.
static int new_result(core_model *self, martlet_result *result) {
    int32_t count;
    martlet_status status;
    CORE_WITHOUT_GIL(status = martlet_model_value_count(self->handle, &count));
    if (status != MARTLET_OK) {
        core_raise(status);
        return -1;
    }
    *result = (martlet_result){.size = sizeof *result, .values = PyMem_New(double, count), .capacity = count};
    if (result->values != NULL) return 0;
    PyErr_NoMemory();
    return -1;
}

/// Whether another thread has compiled the model meanwhile, so that nothing was run for want of room.
static int wants_room(martlet_status status, martlet_result *result) {
    if (status == MARTLET_OK || result->value_count <= result->capacity) return 0;
    PyMem_Free(result->values);
    result->values = NULL;
    return 1;
}

/// A pass over the data, giving (values, batches, samples, stopped).
static PyObject *run(core_model *self, engine_run engine, const core_sources *sources, martlet_run_options *options,
                     PyObject *progress) {
    core_dataset data;
    core_listener listener;
    martlet_result result;
    martlet_status status;
    if (core_dataset_open(&data, sources) < 0) return NULL;
    core_listener_attach(&listener, progress, options);
    do {
        if (new_result(self, &result) < 0) {
            core_dataset_close(&data);
            return NULL;
        }
        CORE_WITHOUT_GIL(status = engine(self->handle, &data.dataset, options, &result));
    } while (wants_room(status, &result));
    int failed = core_listener_finish(&listener, status);
    core_dataset_close(&data);
    PyObject *values = failed ? NULL : values_tuple(&result);
    PyMem_Free(result.values);
    if (values == NULL) return NULL;
    return Py_BuildValue("(NLLN)", values, (long long)result.batches, (long long)result.samples,
                         PyBool_FromLong(result.stopped));
}

PyObject *core_model_train(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"inputs", "targets", "sample_weight", "rows",     "batch_size", "shuffle",
                            "seed",   "epoch",   "interval",      "progress", NULL};
    core_sources sources;
    martlet_run_options options = {0};
    PyObject *progress;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOOLpO&LdO:train", names, &sources.inputs, &sources.targets,
                                     &sources.sample_weight, &sources.rows, &options.batch_size, &options.shuffle,
                                     core_seed_converter, &options.seed, &options.epoch, &options.interval, &progress))
        return NULL;
    return run(self, martlet_model_train, &sources, &options, progress);
}

PyObject *core_model_evaluate(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"inputs", "targets", "sample_weight", "rows", "batch_size", "interval", "progress", NULL};
    core_sources sources;
    martlet_run_options options = {0};
    PyObject *progress;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOOLdO:evaluate", names, &sources.inputs, &sources.targets,
                                     &sources.sample_weight, &sources.rows, &options.batch_size, &options.interval,
                                     &progress))
        return NULL;
    return run(self, martlet_model_evaluate, &sources, &options, progress);
}

/// An empty float32 array for output `index` over `rows` samples.
static PyObject *new_output(core_model *self, int32_t index, int64_t rows) {
    int32_t rank;
    int64_t shape[MARTLET_MAX_RANK];
    npy_intp extents[MARTLET_MAX_RANK + 1] = {rows};
    martlet_status status;
    CORE_WITHOUT_GIL(status = martlet_model_output_shape(self->handle, index, &rank, shape));
    if (status != MARTLET_OK) return core_raise(status);
    for (int32_t axis = 0; axis < rank; axis++)
        extents[axis + 1] = shape[axis];
    return PyArray_SimpleNew(rank + 1, extents, NPY_FLOAT32);
}

/// A list of new output arrays, their data pointers in `outputs`.
static PyObject *new_outputs(core_model *self, int64_t rows, float **outputs) {
    int32_t count;
    martlet_status status;
    CORE_WITHOUT_GIL(status = martlet_model_output_count(self->handle, &count));
    if (status != MARTLET_OK) return core_raise(status);
    if (count > MARTLET_MAX_ARRAYS)
        return PyErr_Format(PyExc_ValueError, "a model gives at most %d outputs.", MARTLET_MAX_ARRAYS);
    PyObject *list = PyList_New(count);
    for (int32_t index = 0; list != NULL && index < count; index++) {
        PyObject *array = new_output(self, index, rows);
        if (array == NULL) {
            Py_CLEAR(list);
            break;
        }
        outputs[index] = PyArray_DATA((PyArrayObject *)array);
        PyList_SET_ITEM(list, index, array);
    }
    return list;
}

static PyObject *predict(core_model *self, const core_dataset *data, martlet_run_options *options, PyObject *progress) {
    float *outputs[MARTLET_MAX_ARRAYS];
    core_listener listener;
    martlet_status status;
    PyObject *list = new_outputs(self, core_dataset_rows(data), outputs);
    if (list == NULL) return NULL;
    int32_t count = (int32_t)PyList_GET_SIZE(list);
    core_listener_attach(&listener, progress, options);
    CORE_WITHOUT_GIL(status = martlet_model_predict(self->handle, &data->dataset, options, outputs, count));
    if (core_listener_finish(&listener, status) < 0) Py_CLEAR(list);
    return list;
}

PyObject *core_model_predict(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"inputs", "rows", "batch_size", "interval", "progress", NULL};
    core_sources sources = {.targets = NULL, .sample_weight = Py_None};
    core_dataset data;
    martlet_run_options options = {0};
    PyObject *progress;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOLdO:predict", names, &sources.inputs, &sources.rows,
                                     &options.batch_size, &options.interval, &progress))
        return NULL;
    if (core_dataset_open(&data, &sources) < 0) return NULL;
    PyObject *outputs = predict(self, &data, &options, progress);
    core_dataset_close(&data);
    return outputs;
}

PyObject *core_model_gradients(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"inputs", "targets", "sample_weight", "training", NULL};
    core_sources sources = {.rows = Py_None};
    core_dataset data;
    int training;
    martlet_result result;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOp:gradients", names, &sources.inputs, &sources.targets,
                                     &sources.sample_weight, &training))
        return NULL;
    if (core_dataset_open(&data, &sources) < 0) return NULL;
    do {
        if (new_result(self, &result) < 0) {
            core_dataset_close(&data);
            return NULL;
        }
        CORE_WITHOUT_GIL(status = martlet_model_gradients(self->handle, &data.dataset, training, &result));
    } while (wants_room(status, &result));
    // Read the message before closing: releasing arrays may run code that calls the engine.
    PyObject *values = status == MARTLET_OK ? values_tuple(&result) : core_raise(status);
    PyMem_Free(result.values);
    core_dataset_close(&data);
    return values;
}

PyObject *core_model_profile(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"inputs", "targets", "sample_weight", "batch_size", NULL};
    core_sources sources = {.rows = Py_None};
    core_dataset data;
    long long batch_size;
    char *text = NULL;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOL:profile", names, &sources.inputs, &sources.targets,
                                     &sources.sample_weight, &batch_size))
        return NULL;
    if (sources.targets == Py_None) sources.targets = NULL;
    if (core_dataset_open(&data, &sources) < 0) return NULL;
    CORE_WITHOUT_GIL(status = martlet_model_profile(self->handle, &data.dataset, batch_size, &text));
    // Read the message before closing, as above.
    PyObject *result = core_text_or_raise(status, text);
    core_dataset_close(&data);
    return result;
}
