// What a run says while it goes on: signals, the progress callable, and the exceptions of both.

#include "core.h"

#include <time.h>

/// Ctrl-C should feel immediate, and looking for it twenty times a second costs nothing measurable.
static const double signal_interval = 0.05;

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/// The arguments of the callable: (batch, batches, samples, values).
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
    return Py_BuildValue("(LLLN)", (long long)progress->batch, (long long)progress->batches,
                         (long long)progress->samples, values);
}

/// Returns 1 to end the run (the callable returned True), 0 to go on, -1 with an exception set.
static int call_progress(core_listener *listener, const martlet_progress *progress) {
    double now = seconds_now();
    if (listener->callable == NULL || now - listener->last_call < listener->interval) return 0;
    listener->last_call = now;
    PyObject *arguments = progress_arguments(progress);
    if (arguments == NULL) return -1;
    PyObject *answer = PyObject_CallObject(listener->callable, arguments);
    Py_DECREF(arguments);
    if (answer == NULL) return -1;
    int stop = answer == Py_True;
    Py_DECREF(answer);
    return stop;
}

static int is_finalizing(void) {
#if PY_VERSION_HEX >= 0x030D0000
    return Py_IsFinalizing();
#else
    return _Py_IsFinalizing();
#endif
}

static int32_t hear(void *context, const martlet_progress *progress) {
    core_listener *listener = context;
    // While Python shuts down, asking for the GIL ends the thread by unwinding its stack, which must not
    // pass through the engine's frames. Ending the run first lets that happen outside of them.
    if (is_finalizing()) return 1;
    PyGILState_STATE state = PyGILState_Ensure();
    int verdict = PyErr_CheckSignals();
    if (verdict == 0) verdict = call_progress(listener, progress);
    if (verdict < 0) PyErr_Fetch(&listener->exception[0], &listener->exception[1], &listener->exception[2]);
    PyGILState_Release(state);
    return verdict != 0;
}

void core_listener_attach(core_listener *listener, PyObject *progress, martlet_run_options *options) {
    *listener = (core_listener){
        .callable = progress == Py_None ? NULL : progress,
        .interval = options->interval,
        .last_call = seconds_now(),
    };
    if (listener->callable == NULL || options->interval > signal_interval) options->interval = signal_interval;
    options->callback = hear;
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
