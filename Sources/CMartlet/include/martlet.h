/// martlet.h: the C ABI of the Martlet engine.
///
/// Conventions
/// - Every function that can fail returns a `martlet_status`; results leave through out-pointers, which are
///   written only on MARTLET_OK. `martlet_last_error()` holds the message of the calling thread's last failure.
/// - Objects are opaque handles. Each `_new` (or `_open`) has one `_free` (or `_release`); NULL may be freed.
/// - No function traps, exits, prints or calls back except where a callback is passed in.
/// - Text is UTF-8 and NUL-terminated. Text returned through `char **` is freed with `martlet_string_free`.
/// - All functions may be called from any thread. Calls on one model are serialised by the engine; calls on
///   different models run in parallel. A progress callback may call back into the same model.
#ifndef MARTLET_H
#define MARTLET_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Status

typedef int32_t martlet_status;

/// The kind of a failure; the Python module maps each to an exception class.
enum {
    MARTLET_OK = 0,
    MARTLET_VALUE_ERROR = 1,  ///< an argument has the right type and a wrong value (ValueError)
    MARTLET_TYPE_ERROR = 2,   ///< an argument has an unsupported type or dtype (TypeError)
    MARTLET_SHAPE_ERROR = 3,  ///< shapes do not fit together (ValueError)
    MARTLET_FILE_ERROR = 4,   ///< a file is missing, truncated or not what it claims to be (OSError or ValueError)
    MARTLET_STATE_ERROR = 5,  ///< the call comes too early or too late: not compiled, closed (RuntimeError)
    MARTLET_MEMORY_ERROR = 6, ///< memory could not be had, or a size overflows (MemoryError)
    MARTLET_INTERNAL_ERROR = 7
};

/// The message of the calling thread's last failure: what was expected, what was received, what to do.
/// Valid until the thread's next failing call. Never NULL.
const char *martlet_last_error(void);

/// The system's number (errno) for the calling thread's last failure, if that was a failure of the system on a file;
/// otherwise 0.
int32_t martlet_last_error_code(void);

void martlet_string_free(char *string);

// MARK: Limits

/// The highest rank of an array, its first axis being the sample.
#define MARTLET_MAX_RANK 8
/// The most inputs, targets or outputs of one model in the Python module, which keeps room for them.
#define MARTLET_MAX_ARRAYS 32
/// The most threads.
#define MARTLET_MAX_THREADS 256
/// Samples at a time, at least, where nothing is learnt: enough to fill a machine.
#define MARTLET_INFERENCE_BATCH 256
/// Seconds between two changes of a display.
#define MARTLET_DISPLAY_INTERVAL 0.2
/// Seconds between two questions whether a run is interrupted.
#define MARTLET_INTERRUPT_INTERVAL 0.05

// MARK: Runtime

/// The version of the library, the Python package and this header: its one source.
#define MARTLET_VERSION "0.1.0"

/// MARTLET_VERSION as it was when the library was built. Static text.
const char *martlet_version(void);

/// Facts about this process as JSON: version, instruction_set ("avx512", "avx2", "baseline", "neon"), threads,
/// cores, blas (the OpenBLAS core in use, or null when none could be loaded), matrix_engine ("amx" or null).
martlet_status martlet_runtime_info(char **json);

/// Every class that JSON may name, with its settings, as JSON:
/// {"layers": [{"class": "Dense", "settings": [{"name": "units", "kind": "integer", "required": true, "minimum": 1,
///                                              "meaning": "The number of outputs."}, ...]}, ...],
///  "optimizers": [...], "schedules": [...], "losses": [...], "metrics": [...], "initializers": [...]}
/// A setting that is not required has a `default`, which a configuration that leaves it out has. Kinds: flag, integer,
/// integers, extent (one axis), pair (rows and columns), sides, number, numbers, thresholds (a number or numbers),
/// seed, choice, only (the one value there
/// is), activation, initializer, rate (a number or a schedule), layer. Limits: minimum, maximum, above, below, choices,
/// `factor` (no number that float32 has as 0 but 0), `optional` (null is allowed).
martlet_status martlet_registry(char **json);

/// Sets how many threads a training step may use (1 ... MARTLET_MAX_THREADS). Results do not depend on it.
martlet_status martlet_set_num_threads(int32_t count);
int32_t martlet_get_num_threads(void);

/// Sets the precision of products in convolutions: "highest" (float32, the first value), "high" (two bfloat16 parts a
/// number, three products) or "medium" (bfloat16 products). Sums are float32. Without a matrix engine (AMX tiles) all
/// are "highest". Models change over with their next call.
martlet_status martlet_set_matmul_precision(const char *name);

/// The name of what was set, or of MARTLET_MATMUL_PRECISION. Static text.
const char *martlet_get_matmul_precision(void);

// MARK: Arrays in

typedef int32_t martlet_dtype;
enum {
    MARTLET_UINT8 = 0,
    MARTLET_INT32 = 1,
    MARTLET_INT64 = 2,
    MARTLET_FLOAT32 = 3,
    MARTLET_FLOAT64 = 4
};

/// A borrowed array whose first axis is the sample. Samples are C-contiguous; `row_stride` is the distance in
/// bytes from one sample to the next (0: packed). The data is only read, and only during the call.
typedef struct {
    const void *data;
    martlet_dtype dtype;
    int32_t rank;         ///< 1 ... MARTLET_MAX_RANK
    const int64_t *shape; ///< `rank` extents, the first being the number of samples
    int64_t row_stride;
} martlet_array;

/// What a run reads: inputs (and targets) with equal numbers of samples.
/// Targets: integers of shape [n] or [n, 1] are class labels for a cross-entropy loss, floats of the output's
/// shape are one-hot or soft labels, or values for a regression loss.
typedef struct {
    int32_t input_count;
    const martlet_array *inputs;
    int32_t target_count; ///< 0 for prediction
    const martlet_array *targets;
    int32_t weight_count;               ///< 0 for samples that all count 1, 1, or one array for each output
    const martlet_array *sample_weight; ///< float32 of shape [n], or [n, steps] with a weight for each time step
    const int64_t *rows;                ///< the samples to use, in this order; NULL for all
    int64_t row_count;                  ///< length of `rows`; ignored when `rows` is NULL
} martlet_dataset;

// MARK: Models

typedef struct martlet_model martlet_model;

/// Says that a layer, counted from 0, is to use the weights that a layer of another model has.
typedef struct {
    int32_t layer;
    martlet_model *model;
    int32_t model_layer;
    int32_t model_parameter; ///< the first of its parameters there; more than 0 for a part of a Bidirectional
} martlet_shared_layer;

/// What a model of an architecture would be, as the JSON of martlet_model_describe without `parameter_storage`,
/// `offset` and `doubts`. No weights are made, whatever their size.
martlet_status martlet_architecture_describe(const char *architecture, char **json);

/// Builds a model and initialises its weights.
///
/// `architecture` is JSON:
/// {"name": "sequential",
///  "layers": [{"class": "Dense", "name": "dense", "trainable": true, "config": {"units": 10, ...}}, ...],
///  "nodes":  [{"layer": 0, "inputs": []}, {"layer": 1, "inputs": [[0, 0]]}, ...],
///  "inputs": [[0, 0]], "outputs": [[3, 0]]}
/// A layer is a set of weights; a node is one use of it. References are [node, output index]. Nodes come after the
/// nodes they read; one with "inference": true never acts as in training. A layer with "weights_of": 0 has no weights
/// of its own and uses those of that layer before it, such as a TimeDistributed those of a Dense. `config` holds Keras's
/// argument names; initialisers are {"class": "GlorotUniform", "config": {...}}. martlet_registry tells all classes and settings; a
/// setting that a class does not have is refused.
/// Weights are a function of `seed` alone, but for those of the layers in `shared`, which are not copied: whichever model
/// trains them, each sees the same numbers, and arrays over them are live. Models that share weights may be used from
/// several threads; their batches take turns. They may be freed in any order.
martlet_status martlet_model_new(const char *architecture, uint64_t seed, const martlet_shared_layer *shared,
                                 int32_t shared_count, martlet_model **out);
void martlet_model_free(martlet_model *model);

/// Facts about a built model as JSON:
/// {"name": ..., "parameter_storage": floats in the flat buffers of gradients and slots,
///  "layers": [{"name", "class", "trainable", "input_shapes": [[...]], "output_shapes": [[28, 28, 1]],
///              "parameters": [{"name": "kernel", "shape": [784, 128], "offset": 0, "trainable": true}]}],
///  "nodes": [{"layer", "inputs", "drops_mask", "output_shapes"}], "inputs": [[28, 28]], "outputs": [[10]],
///  "doubts": ["The output of Dense ...", ...], "metric_shapes": [[[], [10, 10]]]}
/// `drops_mask` says that a node is given a mask and cannot hand it on. `doubts`, after compile, tells what a user
/// should know of how the losses take the outputs. `metric_shapes`, by output, are the shapes of what metrics give.
/// Shapes leave out the batch axis; offsets count floats in these buffers, and in that of the parameters, where those of
/// shared layers, whose offsets come last, are missing.
martlet_status martlet_model_describe(martlet_model *model, char **json);

/// How many outputs the model has, and the shape of one of them without its batch axis (up to MARTLET_MAX_RANK - 1 extents).
martlet_status martlet_model_output_count(martlet_model *model, int32_t *count);
martlet_status martlet_model_output_shape(martlet_model *model, int32_t index, int32_t *rank, int64_t *shape);

/// Freezes or unfreezes a layer, or one of its parameters, counted from 0; -1 means the layer. A parameter is trained
/// while neither is frozen. Takes effect at once.
martlet_status martlet_model_set_trainable(martlet_model *model, int32_t layer, int32_t parameter, int32_t trainable);

/// Sets how the model learns. `configuration` is JSON:
/// {"losses": [{"class": "CategoricalCrossentropy", "config": {"from_logits": null, "label_smoothing": 0.0}}],
///  "loss_weights": [1.0], "metrics": [{"class": "AutoAccuracy", "weighted": false}],
///  "optimizer": {"class": "Adam", "config": {"learning_rate": 0.001, ...}}}
/// Classes and settings are those of martlet_registry; a list of lists of metrics gives each output its own. A loss may
/// have a "reduction": "sum_over_batch_size" (the mean), "sum" or "mean_with_sample_weight"; null in its place means that
/// an output has none, and only its metrics look at it. A metric with "weighted": true counts samples by their weights.
/// `learning_rate` is a number or a schedule {"class": "ExponentialDecay", "config": {...}}.
/// Optimiser state starts at zero; weights are kept.
martlet_status martlet_model_compile(martlet_model *model, const char *configuration);

/// Reads or sets a number of the optimiser by its configuration name ("learning_rate", "momentum", ...), or
/// "iterations", the count of updates so far. Setting "learning_rate" replaces a schedule.
martlet_status martlet_model_get_hyperparameter(martlet_model *model, const char *name, double *value);
martlet_status martlet_model_set_hyperparameter(martlet_model *model, const char *name, double value);

/// The steps of the plan for a batch size, as JSON: steps (name, layer, phase, fused, region, scope, units,
/// flops_per_image, bytes_per_image, offsets), groups, shards, regions, arena_bytes, tensor_bytes, threads. Offsets
/// count floats within the memory of one group of 16 images.
martlet_status martlet_model_plan(martlet_model *model, int64_t batch_size, int32_t training, char **json);

// MARK: Runs

/// Where a run stands. `values[0]` is the mean loss over the samples seen in this run, then the values of the metrics
/// in the order of compile: one, or as many as the metric's shape has (martlet_model_describe). With several outputs `values[0]` is the weighted sum of their losses, and each output
/// has its own loss in front of its metrics.
typedef struct {
    int64_t batch;   ///< batches done
    int64_t batches; ///< batches in the run
    int64_t samples; ///< samples done
    int32_t value_count;
    const double *values;
    int32_t shows; ///< 1: a display should change now, MARTLET_DISPLAY_INTERVAL seconds after the last time
} martlet_progress;

/// What a callback says of a run.
enum {
    MARTLET_GO_ON = 0,
    MARTLET_STOP = 1 ///< ends it after the batch just done; so does anything but MARTLET_GO_ON
};

/// Called between batches with where the run stands. Returns MARTLET_GO_ON or MARTLET_STOP.
typedef int32_t (*martlet_progress_callback)(void *context, const martlet_progress *progress);

/// Called between batches, MARTLET_INTERRUPT_INTERVAL seconds apart. Returns MARTLET_GO_ON or MARTLET_STOP.
typedef int32_t (*martlet_interrupt_callback)(void *context);

typedef struct {
    uint64_t size; ///< sizeof(martlet_run_options)
    int64_t batch_size;
    int32_t shuffle;                      ///< 1: visit the rows in an order drawn from (seed, epoch)
    uint64_t seed;                        ///< for the shuffle
    int64_t epoch;                        ///< for the shuffle
    double interval;                      ///< least seconds between two calls of the callback; 0: after every batch
    martlet_progress_callback callback;   ///< or NULL
    martlet_interrupt_callback interrupt; ///< or NULL
    void *context;
} martlet_run_options;

/// What a run gave: mean loss and metrics over its samples (`values` has room for `capacity`; the model writes
/// `value_count`), and how far it came. Nothing is run where `capacity`
/// is less than martlet_model_value_count, which `value_count` then tells.
typedef struct {
    uint64_t size; ///< sizeof(martlet_result)
    double *values;
    int32_t capacity;
    int32_t value_count;
    int64_t batches;
    int64_t samples;
    int32_t stopped; ///< 1 when the callback ended it early
} martlet_result;

/// How many values a run of the compiled model gives: the loss and the metrics.
martlet_status martlet_model_value_count(martlet_model *model, int32_t *count);

/// One pass over the dataset with an update after every batch.
martlet_status martlet_model_train(martlet_model *model, const martlet_dataset *dataset,
                                   const martlet_run_options *options, martlet_result *result);

/// Loss and metrics over the dataset, in inference mode; nothing is updated.
martlet_status martlet_model_evaluate(martlet_model *model, const martlet_dataset *dataset,
                                      const martlet_run_options *options, martlet_result *result);

/// The model's outputs in inference mode. `outputs[i]` has room for rows × features of output i, C order.
martlet_status martlet_model_predict(martlet_model *model, const martlet_dataset *dataset,
                                     const martlet_run_options *options, float *const *outputs, int32_t output_count);

/// Forward and backward over one batch (at most `batch_size` rows) without an update: gradients are left in the
/// gradient storage. `training` chooses whether dropout and its like act.
martlet_status martlet_model_gradients(martlet_model *model, const martlet_dataset *dataset, int32_t training,
                                       martlet_result *result);

/// Applies the optimiser to whatever is in the gradient storage, and counts one iteration.
martlet_status martlet_model_update(martlet_model *model);

/// Tells as JSON where the time of a batch goes, of a training step if the dataset has targets and otherwise of a
/// prediction: batches, batch_size, milliseconds, threads, training, and for each step name, layer, phase, fused,
/// milliseconds, share, gflops, flops_per_image. Takes about a third of a second, and leaves the model as it was.
martlet_status martlet_model_profile(martlet_model *model, const martlet_dataset *dataset, int64_t batch_size,
                                     char **json);

// MARK: Storage: arrays out

/// Memory of the engine, shared with whoever holds it: it neither moves nor is freed before its last release.
typedef struct martlet_storage martlet_storage;

enum {
    MARTLET_PARAMETERS = 0, ///< those that the model has made itself
    MARTLET_GRADIENTS = 1,
    MARTLET_SLOT = 2 ///< MARTLET_SLOT + i: the optimiser's i-th slot (momentum, velocity, ...), after compile
};

martlet_status martlet_model_storage(martlet_model *model, int32_t which, martlet_storage **out);

/// The storage in which the numbers of one parameter of a layer lie, both counted from 0, and where they begin in it:
/// for MARTLET_PARAMETERS that of the model which made them.
martlet_status martlet_model_parameter(martlet_model *model, int32_t which, int32_t layer, int32_t parameter,
                                       martlet_storage **out, int64_t *offset);
void martlet_storage_release(martlet_storage *storage);
float *martlet_storage_data(martlet_storage *storage);
int64_t martlet_storage_count(martlet_storage *storage);

// MARK: Files

// Paths are the system's own bytes, which need not be UTF-8. A file is replaced in one step: it is written beside its
// place, and takes it, with the old one's permissions, when it is complete on the disk. Links are followed; folders,
// devices, pipes and sockets are refused. Failures of the system have a number, see martlet_last_error_code.

/// Writes a file, or replaces one. Whatever goes wrong leaves the old one as it was.
martlet_status martlet_write_file(const char *path, const void *bytes, int64_t count);

/// Writes all weights as a safetensors file. With `overwrite` 0 a file that is there is refused; with `allow_nonfinite`
/// 0, weights that are NaN or infinite are (MARTLET_VALUE_ERROR), and nothing is written.
martlet_status martlet_model_save_weights(martlet_model *model, const char *path, int32_t overwrite,
                                          int32_t allow_nonfinite);

/// Reads what martlet_model_save_weights wrote. The model changes only if all of it fits.
martlet_status martlet_model_load_weights(martlet_model *model, const char *path, int32_t allow_nonfinite);

/// To be called before weights are written through martlet_storage_data: if a weight or a number that the optimiser
/// remembers is NaN or infinite, its state goes back to the start, as after compile.
martlet_status martlet_model_restart_if_diverged(martlet_model *model);

// MARK: Data

/// Checks the whole of an IDX file in memory (magic number, dtype, extents, length) and tells where its data lies.
/// Writes up to 8 extents. Only uint8 data is accepted, which is what the MNIST family uses.
martlet_status martlet_idx_parse(const uint8_t *bytes, int64_t count, int32_t *rank, int64_t *shape, int64_t *offset);

/// Looks for the first label that is no integer from 0 to `classes` - 1: its sample and its place within the sample, or -1
/// and 0 where all are.
martlet_status martlet_find_wrong_label(const martlet_array *labels, int64_t classes, int64_t *sample, int64_t *place);

/// Refuses NaN, infinities and doubles that are infinite as floats: a MARTLET_VALUE_ERROR that names the first bad sample and how many there are.
/// Integer arrays always pass.
martlet_status martlet_check_finite(const martlet_array *array, const char *name);

#ifdef __cplusplus
}
#endif

#endif
