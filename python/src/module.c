// martlet._core: the engine as one extension module. This file is its table of contents.

#define CORE_IMPORTS_NUMPY
#include "core.h"

static PyObject *runtime_info(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    char *text;
    martlet_status status;
    CORE_WITHOUT_GIL(status = martlet_runtime_info(&text));
    return core_text_or_raise(status, text);
}

static PyObject *set_num_threads(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs) {
    static char *names[] = {"count", NULL};
    int count;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "i:set_num_threads", names, &count)) return NULL;
    CORE_WITHOUT_GIL(status = martlet_set_num_threads(count));
    return core_none_or_raise(status);
}

static PyObject *get_num_threads(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    int32_t count;
    CORE_WITHOUT_GIL(count = martlet_get_num_threads());
    return PyLong_FromLong(count);
}

static PyObject *set_matmul_precision(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs) {
    static char *names[] = {"name", NULL};
    const char *name;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s:set_matmul_precision", names, &name)) return NULL;
    CORE_WITHOUT_GIL(status = martlet_set_matmul_precision(name));
    return core_none_or_raise(status);
}

static PyObject *get_matmul_precision(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    const char *name;
    CORE_WITHOUT_GIL(name = martlet_get_matmul_precision());
    return PyUnicode_FromString(name);
}

static PyObject *registry(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    char *text;
    martlet_status status;
    CORE_WITHOUT_GIL(status = martlet_registry(&text));
    return core_text_or_raise(status, text);
}

static PyObject *describe(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs) {
    static char *names[] = {"architecture", NULL};
    const char *architecture;
    char *text;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s:describe", names, &architecture)) return NULL;
    CORE_WITHOUT_GIL(status = martlet_architecture_describe(architecture, &text));
    return core_text_or_raise(status, text);
}

/// (shape, offset of the data) of an IDX file.
static PyObject *idx_layout(int32_t rank, const int64_t *shape, int64_t offset) {
    PyObject *extents = PyTuple_New(rank);
    for (int32_t axis = 0; extents != NULL && axis < rank; axis++) {
        PyObject *extent = PyLong_FromLongLong(shape[axis]);
        if (extent == NULL)
            Py_CLEAR(extents);
        else
            PyTuple_SET_ITEM(extents, axis, extent);
    }
    return extents == NULL ? NULL : Py_BuildValue("(NL)", extents, (long long)offset);
}

static PyObject *parse_idx(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs) {
    static char *names[] = {"data", NULL};
    Py_buffer data;
    int32_t rank;
    int64_t shape[MARTLET_MAX_RANK], offset;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*:parse_idx", names, &data)) return NULL;
    CORE_WITHOUT_GIL(status = martlet_idx_parse(data.buf, data.len, &rank, shape, &offset));
    PyObject *layout = status == MARTLET_OK ? idx_layout(rank, shape, offset) : core_raise(status);
    PyBuffer_Release(&data);
    return layout;
}

static PyObject *check_finite(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs) {
    static char *names[] = {"array", "name", NULL};
    PyObject *object;
    const char *name;
    core_arrays arrays = {0};
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "Os:check_finite", names, &object, &name)) return NULL;
    if (core_arrays_append(&arrays, object, name) < 0) return NULL;
    CORE_WITHOUT_GIL(status = martlet_check_finite(&arrays.arrays[0], name));
    PyObject *none = core_none_or_raise(status);
    core_arrays_clear(&arrays);
    return none;
}

/// (sample, place) of the first label that is none, or None.
static PyObject *find_wrong_label(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs) {
    static char *names[] = {"labels", "classes", NULL};
    core_arrays arrays = {0};
    PyObject *object;
    int64_t classes, sample, place;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OL:find_wrong_label", names, &object, &classes)) return NULL;
    if (core_arrays_append(&arrays, object, "labels") < 0) return NULL;
    CORE_WITHOUT_GIL(status = martlet_find_wrong_label(arrays.arrays, classes, &sample, &place));
    core_arrays_clear(&arrays);
    if (status != MARTLET_OK) return core_raise(status);
    if (sample < 0) Py_RETURN_NONE;
    return Py_BuildValue("(LL)", (long long)sample, (long long)place);
}

static PyMethodDef functions[] = {
    {"runtime_info", runtime_info, METH_NOARGS,
     "runtime_info()\n--\n\nVersion, instruction set, threads, cores, BLAS and matrix engine of this process as JSON."},
    {"set_num_threads", CORE_WITH_KEYWORDS(set_num_threads),
     "set_num_threads(count)\n--\n\nSet how many threads a training step may use."},
    {"get_num_threads", get_num_threads, METH_NOARGS,
     "get_num_threads()\n--\n\nHow many threads a training step may use."},
    {"set_matmul_precision", CORE_WITH_KEYWORDS(set_matmul_precision),
     "set_matmul_precision(name)\n--\n\nSet the precision of products in convolutions: highest, high or medium."},
    {"get_matmul_precision", get_matmul_precision, METH_NOARGS,
     "get_matmul_precision()\n--\n\nThe precision of products in convolutions."},
    {"registry", registry, METH_NOARGS, "registry()\n--\n\nEvery class of the engine with its settings, as JSON."},
    {"describe", CORE_WITH_KEYWORDS(describe),
     "describe(architecture)\n--\n\nLayers, shapes and parameters of a network as JSON, without making its weights."},
    {"parse_idx", CORE_WITH_KEYWORDS(parse_idx),
     "parse_idx(data)\n--\n\nCheck an IDX file in memory: (shape, offset of its data)."},
    {"readable", core_readable, METH_O,
     "readable(array, /)\n--\n\nThe array that the engine reads for one of numbers: itself, or a copy."},
    {"find_wrong_label", CORE_WITH_KEYWORDS(find_wrong_label),
     "find_wrong_label(labels, classes)\n--\n\nThe (sample, place) of the first that is no integer below classes, or "
     "None."},
    {"check_finite", CORE_WITH_KEYWORDS(check_finite),
     "check_finite(array, name)\n--\n\nRefuse NaN and infinities with a ValueError that names the array."},
    {"write_file", CORE_WITH_KEYWORDS(core_write_file),
     "write_file(path, data)\n--\n\nWrite a file, or replace one in a single step."},
    {NULL, NULL, 0, NULL},
};

static int load(PyObject *module) {
    // NumPy's C API table and PyGILState serve the main interpreter only.
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_ImportError, "martlet cannot be imported in a sub-interpreter. Use a process instead.");
        return -1;
    }
    import_array1(-1);
    if (PyModule_AddType(module, &core_model_type) < 0) return -1;
    PyObject *interval = PyFloat_FromDouble(MARTLET_DISPLAY_INTERVAL);
    int failed = PyModule_AddObjectRef(module, "DISPLAY_INTERVAL", interval);
    Py_XDECREF(interval);
    if (failed || PyModule_AddIntMacro(module, MARTLET_INFERENCE_BATCH) < 0) return -1;
    return PyModule_AddStringConstant(module, "__version__", martlet_version());
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, load}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "martlet._core",
    .m_doc = "The Swift engine. Private: use the classes of martlet instead.",
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__core(void) { return PyModuleDef_Init(&definition); }
