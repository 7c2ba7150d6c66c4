package org.tflion.train.task;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.SourceConfig;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.model.Model;
import org.tflion.train.model.ModelConfig;

/**
 * Something to learn: which model on which data. All else of a run is the same for every task.
 *
 * <p>Tasks are found by {@link java.util.ServiceLoader}, so that a jar on the class path can bring
 * one: a class with a constructor without arguments, named in {@code
 * META-INF/services/org.tflion.train.task.Task}.
 *
 * @param <M> record with the keys of the {@code model} section
 * @param <D> record with the keys of the {@code data} section
 */
public interface Task<M extends Record & ModelConfig, D extends Record & SourceConfig> {

  /** What the config key {@code task} says. */
  String name();

  /**
   * Names of the configs that come with it, the first for a run that names none: {@code
   * org/tflion/train/config/presets/NAME.yaml} on the class path.
   */
  List<String> presets();

  /** The record of the {@code model} section. */
  Class<M> modelConfig();

  /** The record of the {@code data} section. */
  Class<D> dataConfig();

  /** Whether its models write text; if so, a config has a section {@code sample}. */
  default boolean writesText() {
    return false;
  }

  /** Overrides that make one path all of the data. */
  default List<String> onlyData(String path) {
    return List.of("data.path=" + path);
  }

  /**
   * Checks what no section can check alone.
   *
   * @throws IllegalArgumentException if the sections contradict each other
   */
  default void check(M model, D data) {}

  /**
   * The model of a config.
   *
   * @param tokenizer of its data, or null where there is no text
   */
  Model model(M config, @Nullable Tokenizer tokenizer);

  /**
   * Opens the data of a config.
   *
   * @param model whose inputs they are
   * @param known tokenizer of an earlier run that tokens must keep the meaning of, or null
   * @throws IllegalArgumentException if they are not there, damaged or do not fit
   */
  Dataset open(M model, D data, @Nullable Tokenizer known);
}
