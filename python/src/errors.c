// Statuses of the engine become Python exceptions.

#include "core.h"

static PyObject *exception_class(martlet_status status) {
    switch (status) {
    case MARTLET_VALUE_ERROR:
    case MARTLET_SHAPE_ERROR:
    case MARTLET_FILE_ERROR: // the engine is handed bytes, never a path: what is wrong is their value
        return PyExc_ValueError;
    case MARTLET_TYPE_ERROR:
        return PyExc_TypeError;
    case MARTLET_MEMORY_ERROR:
        return PyExc_MemoryError;
    default:
        return PyExc_RuntimeError;
    }
}

PyObject *core_raise(martlet_status status) {
    PyErr_SetString(exception_class(status), martlet_last_error());
    return NULL;
}

PyObject *core_none_or_raise(martlet_status status) {
    if (status != MARTLET_OK) return core_raise(status);
    Py_RETURN_NONE;
}

PyObject *core_text_or_raise(martlet_status status, char *text) {
    if (status != MARTLET_OK) return core_raise(status);
    PyObject *string = PyUnicode_FromString(text);
    martlet_string_free(text);
    return string;
}
