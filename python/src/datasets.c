// The arrays of one run, opened from Python arguments and closed after it.

#include "core.h"

/// Lends every array of a Python sequence to the engine.
static int append_all(core_arrays *arrays, PyObject *sequence, const char *name) {
    PyObject *items = PySequence_Fast(sequence, "expected a list or tuple of arrays");
    if (items == NULL) return -1;
    int status = 0;
    for (Py_ssize_t index = 0; index < PySequence_Fast_GET_SIZE(items) && status == 0; index++) {
        char label[32];
        PyOS_snprintf(label, sizeof label, "%s[%zd]", name, index);
        // Converting an array-like runs its code, which may change the list: hold on to the item.
        PyObject *item = PySequence_Fast_GET_ITEM(items, index);
        Py_INCREF(item);
        status = core_arrays_append(arrays, item, label);
        Py_DECREF(item);
    }
    Py_DECREF(items);
    return status;
}

static int open_arrays(core_dataset *data, const core_sources *sources) {
    if (append_all(&data->inputs, sources->inputs, "inputs") < 0) return -1;
    if (data->inputs.count == 0) {
        PyErr_SetString(PyExc_ValueError, "inputs: expected at least one array, received none.");
        return -1;
    }
    return sources->targets == NULL ? 0 : append_all(&data->targets, sources->targets, "targets");
}

/// One array for all outputs, or a list with one for each.
static int open_weights(core_dataset *data, PyObject *weights) {
    int64_t samples = data->inputs.arrays[0].shape[0];
    if (!PyList_Check(weights)) return core_arrays_append_weights(&data->weights, weights, samples);
    int status = 0;
    for (Py_ssize_t index = 0; index < PyList_GET_SIZE(weights) && status == 0; index++) {
        // Converting an array-like runs its code, which may change the list: hold on to the item.
        PyObject *item = PyList_GET_ITEM(weights, index);
        Py_INCREF(item);
        status = core_arrays_append_weights(&data->weights, item, samples);
        Py_DECREF(item);
    }
    return status;
}

static int open_vectors(core_dataset *data, const core_sources *sources) {
    if (sources->sample_weight != Py_None && open_weights(data, sources->sample_weight) < 0) return -1;
    if (sources->rows != Py_None) {
        data->rows = core_integers(sources->rows, "rows");
        if (data->rows == NULL) return -1;
    }
    return 0;
}

int core_dataset_open(core_dataset *data, const core_sources *sources) {
    *data = (core_dataset){0};
    if (open_arrays(data, sources) < 0 || open_vectors(data, sources) < 0) {
        core_dataset_close(data);
        return -1;
    }
    data->dataset = (martlet_dataset){
        .input_count = data->inputs.count,
        .inputs = data->inputs.arrays,
        .target_count = data->targets.count,
        .targets = data->targets.arrays,
        .weight_count = data->weights.count,
        .sample_weight = data->weights.arrays,
        .rows = data->rows == NULL ? NULL : PyArray_DATA(data->rows),
        .row_count = data->rows == NULL ? 0 : PyArray_DIM(data->rows, 0),
    };
    return 0;
}

void core_dataset_close(core_dataset *data) {
    core_arrays_clear(&data->inputs);
    core_arrays_clear(&data->targets);
    core_arrays_clear(&data->weights);
    Py_CLEAR(data->rows);
}

int64_t core_dataset_rows(const core_dataset *data) {
    return data->rows == NULL ? data->inputs.arrays[0].shape[0] : data->dataset.row_count;
}
