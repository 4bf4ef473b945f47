// Statuses of the engine become Python exceptions.

#include "core.h"

static PyObject *exception_class(martlet_status status) {
    switch (status) {
    case MARTLET_VALUE_ERROR:
    case MARTLET_SHAPE_ERROR:
    case MARTLET_FILE_ERROR: // what the file holds; a failure of the system has a code and is an OSError
        return PyExc_ValueError;
    case MARTLET_TYPE_ERROR:
        return PyExc_TypeError;
    case MARTLET_MEMORY_ERROR:
        return PyExc_MemoryError;
    default:
        return PyExc_RuntimeError;
    }
}

/// OSError chooses its subclass by the code: FileNotFoundError, PermissionError and so on.
static PyObject *raise_system_error(int code) {
    PyObject *arguments = Py_BuildValue("(is)", code, martlet_last_error());
    if (arguments != NULL) PyErr_SetObject(PyExc_OSError, arguments);
    Py_XDECREF(arguments);
    return NULL;
}

PyObject *core_raise(martlet_status status) {
    int code = status == MARTLET_FILE_ERROR ? martlet_last_error_code() : 0;
    if (code != 0) return raise_system_error(code);
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
