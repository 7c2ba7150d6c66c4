package org.tflion.train.task;

import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.SourceConfig;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.model.Model;
import org.tflion.train.model.ModelConfig;

/**
 * A task with its sections of a config.
 *
 * @param task what to learn
 * @param model shape of the model
 * @param data where the data are
 */
public record Work<M extends Record & ModelConfig, D extends Record & SourceConfig>(
    Task<M, D> task, M model, D data) {

  /**
   * Joins a task with sections that are of its own records.
   *
   * @throws IllegalArgumentException if a section is of another task, or they contradict each other
   */
  public static Work<?, ?> of(String task, ModelConfig model, SourceConfig data) {
    return join(
        Tasks.of(task)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "task must be one of %s (got %s)".formatted(Tasks.names(), task))),
        model,
        data);
  }

  private static <M extends Record & ModelConfig, D extends Record & SourceConfig> Work<M, D> join(
      Task<M, D> task, ModelConfig model, SourceConfig data) {
    Require.that(
        task.modelConfig().isInstance(model),
        "model of task %s must be a %s".formatted(task.name(), task.modelConfig().getSimpleName()),
        model);
    Require.that(
        task.dataConfig().isInstance(data),
        "data of task %s must be a %s".formatted(task.name(), task.dataConfig().getSimpleName()),
        data);
    M shape = task.modelConfig().cast(model);
    D source = task.dataConfig().cast(data);
    task.check(shape, source);
    return new Work<>(task, shape, source);
  }

  /**
   * The model.
   *
   * @param tokenizer of its data, or null where there is no text
   */
  public Model build(@Nullable Tokenizer tokenizer) {
    return task.model(model, tokenizer);
  }

  /**
   * Opens the data.
   *
   * @param known tokenizer of an earlier run that tokens must keep the meaning of, or null
   * @throws IllegalArgumentException if they are not there, damaged or do not fit
   */
  public Dataset open(@Nullable Tokenizer known) {
    return task.open(model, data, known);
  }
}
