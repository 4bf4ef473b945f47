// The Model type: one network inside the engine.

#include "core.h"

int core_seed_converter(PyObject *object, void *seed) {
    unsigned long long value = PyLong_Check(object) ? PyLong_AsUnsignedLongLong(object) : 0;
    if (PyLong_Check(object) && !PyErr_Occurred()) {
        *(uint64_t *)seed = value;
        return 1;
    }
    PyErr_Format(PyExc_ValueError, "seed: expected an integer in 0 ... 2**64 - 1, received %R.", object);
    return 0;
}

/// Reads (layer, model, layer of that model, its first parameter there) for each layer that shares its weights. Returns -1 with an exception set;
/// otherwise the caller frees `*shared`.
static int read_shared(PyObject *items, martlet_shared_layer **shared) {
    Py_ssize_t count = PyTuple_GET_SIZE(items);
    *shared = PyMem_New(martlet_shared_layer, count > 0 ? count : 1);
    if (*shared == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t index = 0; index < count; index++) {
        core_model *model;
        martlet_shared_layer *entry = *shared + index;
        if (!PyTuple_Check(PyTuple_GET_ITEM(items, index)) ||
            !PyArg_ParseTuple(PyTuple_GET_ITEM(items, index), "iO!ii:shared", &entry->layer, &core_model_type, &model,
                              &entry->model_layer, &entry->model_parameter)) {
            if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "shared: expected tuples.");
            PyMem_Free(*shared);
            return -1;
        }
        entry->model = model->handle;
    }
    return 0;
}

/// Built in `__new__`, so that no Model without an engine's model exists, whatever is called in which order.
static PyObject *model_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"architecture", "seed", "shared", NULL};
    const char *architecture;
    uint64_t seed;
    PyObject *items = NULL;
    martlet_shared_layer *shared = NULL;
    martlet_model *handle;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "sO&|O!:Model", names, &architecture, core_seed_converter, &seed,
                                     &PyTuple_Type, &items))
        return NULL;
    // The tuple, which cannot change, keeps the models that are shared with.
    int32_t count = items == NULL ? 0 : (int32_t)PyTuple_GET_SIZE(items);
    if (items != NULL && read_shared(items, &shared) < 0) return NULL;
    CORE_WITHOUT_GIL(status = martlet_model_new(architecture, seed, shared, count, &handle));
    PyMem_Free(shared);
    if (status != MARTLET_OK) return core_raise(status);
    core_model *self = (core_model *)type->tp_alloc(type, 0);
    if (self == NULL) {
        martlet_model_free(handle);
        return NULL;
    }
    self->handle = handle;
    return (PyObject *)self;
}

static void model_dealloc(core_model *self) {
    martlet_model_free(self->handle);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *model_describe(core_model *self, PyObject *Py_UNUSED(ignored)) {
    char *text;
    martlet_status status;
    CORE_WITHOUT_GIL(status = martlet_model_describe(self->handle, &text));
    return core_text_or_raise(status, text);
}

static PyObject *model_plan(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"batch_size", "training", NULL};
    long long batch_size;
    int training;
    char *text;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "Lp:plan", names, &batch_size, &training)) return NULL;
    CORE_WITHOUT_GIL(status = martlet_model_plan(self->handle, batch_size, training, &text));
    return core_text_or_raise(status, text);
}

static PyObject *model_set_trainable(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"layer", "trainable", "parameter", NULL};
    int layer, trainable, parameter = -1;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ip|i:set_trainable", names, &layer, &trainable, &parameter))
        return NULL;
    CORE_WITHOUT_GIL(status = martlet_model_set_trainable(self->handle, layer, parameter, trainable));
    return core_none_or_raise(status);
}

static PyObject *model_compile(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"configuration", NULL};
    const char *configuration;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s:compile", names, &configuration)) return NULL;
    CORE_WITHOUT_GIL(status = martlet_model_compile(self->handle, configuration));
    return core_none_or_raise(status);
}

static PyObject *model_get_hyperparameter(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"name", NULL};
    const char *name;
    double value;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s:get_hyperparameter", names, &name)) return NULL;
    CORE_WITHOUT_GIL(status = martlet_model_get_hyperparameter(self->handle, name, &value));
    return status == MARTLET_OK ? PyFloat_FromDouble(value) : core_raise(status);
}

static PyObject *model_set_hyperparameter(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"name", "value", NULL};
    const char *name;
    double value;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "sd:set_hyperparameter", names, &name, &value)) return NULL;
    CORE_WITHOUT_GIL(status = martlet_model_set_hyperparameter(self->handle, name, value));
    return core_none_or_raise(status);
}

static PyObject *model_update(core_model *self, PyObject *Py_UNUSED(ignored)) {
    martlet_status status;
    CORE_WITHOUT_GIL(status = martlet_model_update(self->handle));
    return core_none_or_raise(status);
}

static PyObject *model_view(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"which", "offset", "shape", "writable", NULL};
    int which, writable;
    long long offset;
    PyObject *shape;
    martlet_storage *storage;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "iLOp:view", names, &which, &offset, &shape, &writable)) return NULL;
    CORE_WITHOUT_GIL(status = martlet_model_storage(self->handle, which, &storage));
    return status == MARTLET_OK ? core_view(storage, offset, shape, writable) : core_raise(status);
}

static PyObject *model_parameter(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"which", "layer", "parameter", "shape", "writable", NULL};
    int which, layer, parameter, writable;
    int64_t offset;
    PyObject *shape;
    martlet_storage *storage;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "iiiOp:parameter", names, &which, &layer, &parameter, &shape,
                                     &writable))
        return NULL;
    CORE_WITHOUT_GIL(status = martlet_model_parameter(self->handle, which, layer, parameter, &storage, &offset));
    return status == MARTLET_OK ? core_view(storage, offset, shape, writable) : core_raise(status);
}

static PyMethodDef model_methods[] = {
    {"describe", (PyCFunction)model_describe, METH_NOARGS,
     "describe($self)\n--\n\nLayers, shapes and parameter offsets as JSON."},
    {"plan", CORE_WITH_KEYWORDS(model_plan),
     "plan($self, batch_size, training)\n--\n\nThe steps of the plan for a batch size as JSON."},
    {"set_trainable", CORE_WITH_KEYWORDS(model_set_trainable),
     "set_trainable($self, layer, trainable, parameter=-1)\n--\n\n"
     "Freeze or unfreeze a layer by its index, or one of its parameters."},
    {"compile", CORE_WITH_KEYWORDS(model_compile),
     "compile($self, configuration)\n--\n\nSet losses, metrics and optimiser from JSON."},
    {"get_hyperparameter", CORE_WITH_KEYWORDS(model_get_hyperparameter),
     "get_hyperparameter($self, name)\n--\n\nA number of the optimiser, or its 'iterations'."},
    {"set_hyperparameter", CORE_WITH_KEYWORDS(model_set_hyperparameter),
     "set_hyperparameter($self, name, value)\n--\n\nSet a number of the optimiser, or its 'iterations'."},
    {"train", CORE_WITH_KEYWORDS(core_model_train),
     "train($self, inputs, targets, sample_weight, rows, batch_size, shuffle, seed, epoch, interval, progress)\n--\n\n"
     "One pass over the data with an update after every batch: (values, batches, samples, stopped)."},
    {"evaluate", CORE_WITH_KEYWORDS(core_model_evaluate),
     "evaluate($self, inputs, targets, sample_weight, rows, batch_size, interval, progress)\n--\n\n"
     "Loss and metrics in inference mode: (values, batches, samples, stopped)."},
    {"predict", CORE_WITH_KEYWORDS(core_model_predict),
     "predict($self, inputs, rows, batch_size, interval, progress)\n--\n\nA new float32 array for each output."},
    {"gradients", CORE_WITH_KEYWORDS(core_model_gradients),
     "gradients($self, inputs, targets, sample_weight, training)\n--\n\n"
     "Loss and metrics of one batch, leaving its gradients in the gradient storage."},
    {"profile", CORE_WITH_KEYWORDS(core_model_profile),
     "profile($self, inputs, targets, sample_weight, batch_size)\n--\n\n"
     "Where the time of a batch goes, as JSON; without targets, of a prediction."},
    {"update", (PyCFunction)model_update, METH_NOARGS,
     "update($self)\n--\n\nApply the optimiser to the gradient storage."},
    {"save_weights", CORE_WITH_KEYWORDS(core_model_save_weights),
     "save_weights($self, path, overwrite, allow_nonfinite)\n--\n\nWrite all weights as a safetensors file."},
    {"load_weights", CORE_WITH_KEYWORDS(core_model_load_weights),
     "load_weights($self, path, allow_nonfinite)\n--\n\nRead what save_weights wrote, all of it or nothing."},
    {"restart_if_diverged", (PyCFunction)core_model_restart_if_diverged, METH_NOARGS,
     "restart_if_diverged($self)\n--\n\nBefore weights are assigned: an optimiser that remembers NaN starts anew."},
    {"view", CORE_WITH_KEYWORDS(model_view),
     "view($self, which, offset, shape, writable)\n--\n\n"
     "A float32 array over the engine's memory (0 parameters, 1 gradients, 2 + i optimiser slot i), without a copy."},
    {"parameter", CORE_WITH_KEYWORDS(model_parameter),
     "parameter($self, which, layer, parameter, shape, writable)\n--\n\n"
     "The same for one parameter of a layer, wherever its numbers are: they may be another model's."},
    {NULL, NULL, 0, NULL},
};

PyTypeObject core_model_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "martlet._core.Model",
    .tp_doc = "Model(architecture, seed, shared=())\n--\n\nA network inside the engine.",
    .tp_basicsize = sizeof(core_model),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = model_new,
    .tp_dealloc = (destructor)model_dealloc,
    .tp_methods = model_methods,
};
