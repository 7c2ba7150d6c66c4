package org.tflion.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.cli.plan.Planned;
import org.tflion.train.config.TrainConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A preset and the optimizers that are compared on it, of commands that do not train. */
final class ComparedOptions {

  @Mixin private ConfigOptions options;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Preset of the config; the same as --set preset=NAME.")
  private @Nullable String preset;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      split = ",",
      description = "Optimizers to compare, such as lion,lion:bfloat16,adafactor,adamw.")
  private List<String> optimizers = new ArrayList<>();

  /**
   * One of them.
   *
   * @param name as it was asked for, or that of the config
   */
  record Choice(String name, TrainConfig config) {}

  /** The optimizers that were asked for. */
  List<String> optimizers() {
    return optimizers;
  }

  /**
   * The config with each optimizer, or with its own if none was asked for.
   *
   * @param more settings below those of the command line
   */
  List<Choice> choices(List<String> more) {
    List<Choice> choices = new ArrayList<>();
    for (String optimizer : optimizers.isEmpty() ? List.of("") : optimizers) {
      List<String> overrides = new ArrayList<>(more);
      if (preset != null) {
        overrides.add("preset=" + preset);
      }
      if (!optimizer.isEmpty()) {
        overrides.addAll(Planned.overrides(optimizer));
      }
      TrainConfig config = options.read(overrides);
      choices.add(new Choice(optimizer.isEmpty() ? config.optimizer().name() : optimizer, config));
    }
    return choices;
  }
}
