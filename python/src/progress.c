// What a run says while it goes on: signals, the progress callable, and the exceptions of both.

#include "core.h"

/// The arguments of the callable: (batch, batches, samples, values, shows).
static PyObject *progress_arguments(const martlet_progress *progress) {
    PyObject *values = PyTuple_New(progress->value_count);
    if (values == NULL) return NULL;
    for (int32_t index = 0; index < progress->value_count; index++) {
        PyObject *value = PyFloat_FromDouble(progress->values[index]);
        if (value == NULL) {
            Py_DECREF(values);
            return NULL;
        }
        PyTuple_SET_ITEM(values, index, value);
    }
    return Py_BuildValue("(LLLNN)", (long long)progress->batch, (long long)progress->batches,
                         (long long)progress->samples, values, PyBool_FromLong(progress->shows));
}

/// Returns MARTLET_STOP when the callable returned True, otherwise MARTLET_GO_ON; -1 with an exception set.
static int call_progress(core_listener *listener, const martlet_progress *progress) {
    PyObject *arguments = progress_arguments(progress);
    if (arguments == NULL) return -1;
    PyObject *answer = PyObject_CallObject(listener->callable, arguments);
    Py_DECREF(arguments);
    if (answer == NULL) return -1;
    int verdict = answer == Py_True ? MARTLET_STOP : MARTLET_GO_ON;
    Py_DECREF(answer);
    return verdict;
}

static int is_finalizing(void) {
#if PY_VERSION_HEX >= 0x030D0000
    return Py_IsFinalizing();
#else
    return _Py_IsFinalizing();
#endif
}

/// Calls the callable, or looks for signals where there is no progress to report.
static int32_t hear(core_listener *listener, const martlet_progress *progress) {
    // While Python shuts down, asking for the GIL ends the thread by unwinding its stack, which must not
    // pass through the engine's frames. Ending the run first lets that happen outside of them.
    if (is_finalizing()) return MARTLET_STOP;
    PyGILState_STATE state = PyGILState_Ensure();
    int verdict = progress == NULL ? PyErr_CheckSignals() : call_progress(listener, progress);
    if (verdict < 0) PyErr_Fetch(&listener->exception[0], &listener->exception[1], &listener->exception[2]);
    PyGILState_Release(state);
    return verdict < 0 ? MARTLET_STOP : verdict;
}

static int32_t report(void *context, const martlet_progress *progress) { return hear(context, progress); }

static int32_t interrupt(void *context) { return hear(context, NULL); }

void core_listener_attach(core_listener *listener, PyObject *progress, martlet_run_options *options) {
    *listener = (core_listener){.callable = progress == Py_None ? NULL : progress};
    options->size = sizeof *options;
    options->callback = listener->callable == NULL ? NULL : report;
    options->interrupt = interrupt;
    options->context = listener;
}

int core_listener_finish(core_listener *listener, martlet_status status) {
    if (listener->exception[0] != NULL) {
        PyErr_Restore(listener->exception[0], listener->exception[1], listener->exception[2]);
        return -1;
    }
    if (status != MARTLET_OK) core_raise(status);
    return status == MARTLET_OK ? 0 : -1;
}
