package org.tflion.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.task.Task;
import picocli.CommandLine.Option;

/** The options that make up a config, the same for every command that takes one. */
final class ConfigOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML config; what it leaves out comes from its preset.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one key, such as preset=shakespeare or optimizer.name=adamw; repeatable.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "All of the data: a file or folder; sets data.path, and no data.mixture.")
  private @Nullable Path data;

  /** The config of a new run; the default one learns from tflion's own source text. */
  TrainConfig read() {
    List<String> overrides = new ArrayList<>();
    String home = System.getProperty("tflion.home");
    boolean plain = settings.stream().noneMatch(ConfigOptions::namesPreset);
    if (home != null && file == null && plain) {
      overrides.add("data.path=" + home);
    }
    overrides.addAll(overrides());
    return TrainConfigs.read(file, overrides);
  }

  /** What was said on the command line. */
  List<String> overrides() {
    List<String> overrides = new ArrayList<>(settings);
    if (data != null) {
      if (settings.stream().anyMatch(ConfigOptions::namesData)) {
        throw new IllegalArgumentException(
            "--data must come without --set data.path and --set data.mixture");
      }
      overrides.addAll(only(data, TrainConfigs.task(file, settings)));
    }
    return overrides;
  }

  private static boolean namesData(String setting) {
    return setting.startsWith("data.path=") || setting.startsWith("data.mixture=");
  }

  private static boolean namesPreset(String setting) {
    return setting.startsWith("preset=") || setting.startsWith("task=");
  }

  /** Settings that make one path all of the data. */
  static List<String> only(Path data, Task<?, ?> task) {
    return task.onlyData(data.toString());
  }

  /** The config file, if one was named. */
  @Nullable Path file() {
    return file;
  }
}
