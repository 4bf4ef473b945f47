// Weights and other bytes, to files and back. Paths are taken as the system's own bytes.

#include "core.h"

PyObject *core_model_save_weights(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"path", "overwrite", "allow_nonfinite", NULL};
    PyObject *path;
    int overwrite, allow_nonfinite;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O&pp:save_weights", names, PyUnicode_FSConverter, &path, &overwrite,
                                     &allow_nonfinite))
        return NULL;
    const char *bytes = PyBytes_AS_STRING(path);
    CORE_WITHOUT_GIL(status = martlet_model_save_weights(self->handle, bytes, overwrite, allow_nonfinite));
    Py_DECREF(path);
    return core_none_or_raise(status);
}

PyObject *core_model_load_weights(core_model *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"path", "allow_nonfinite", NULL};
    PyObject *path;
    int allow_nonfinite;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O&p:load_weights", names, PyUnicode_FSConverter, &path,
                                     &allow_nonfinite))
        return NULL;
    const char *bytes = PyBytes_AS_STRING(path);
    CORE_WITHOUT_GIL(status = martlet_model_load_weights(self->handle, bytes, allow_nonfinite));
    Py_DECREF(path);
    return core_none_or_raise(status);
}

PyObject *core_model_restart_if_diverged(core_model *self, PyObject *Py_UNUSED(ignored)) {
    martlet_status status;
    CORE_WITHOUT_GIL(status = martlet_model_restart_if_diverged(self->handle));
    return core_none_or_raise(status);
}

PyObject *core_write_file(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs) {
    static char *names[] = {"path", "data", NULL};
    PyObject *path = NULL;
    Py_buffer data;
    martlet_status status;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O&y*:write_file", names, PyUnicode_FSConverter, &path, &data))
        return NULL;
    const char *bytes = PyBytes_AS_STRING(path);
    CORE_WITHOUT_GIL(status = martlet_write_file(bytes, data.buf, data.len));
    Py_DECREF(path);
    PyBuffer_Release(&data);
    return core_none_or_raise(status);
}
