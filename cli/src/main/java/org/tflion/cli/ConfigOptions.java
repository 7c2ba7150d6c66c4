package org.tflion.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tflion.train.config.ResolvedConfig;
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
    return read(List.of());
  }

  /**
   * The same with settings below those of the command line.
   *
   * @param own over the config file
   */
  TrainConfig read(List<String> own) {
    return resolve(own).config();
  }

  /** The same, with where each value comes from. */
  ResolvedConfig resolve(List<String> own) {
    List<TrainConfigs.Settings> all = new ArrayList<>();
    String home = System.getProperty("tflion.home");
    boolean plain =
        Stream.concat(settings.stream(), own.stream()).noneMatch(ConfigOptions::namesPreset);
    if (home != null && file == null && plain) {
      all.add(new TrainConfigs.Settings("tflion's own source", List.of("data.path=" + home)));
    }
    all.add(new TrainConfigs.Settings("this command", own));
    all.addAll(said(own));
    return TrainConfigs.resolve(file, all);
  }

  /** What was said on the command line. */
  List<String> overrides() {
    return said(List.of()).stream().flatMap(each -> each.overrides().stream()).toList();
  }

  /**
   * The same, with the options that said it.
   *
   * @param own settings below them
   */
  List<TrainConfigs.Settings> said(List<String> own) {
    List<TrainConfigs.Settings> said = new ArrayList<>();
    said.add(new TrainConfigs.Settings("--set", settings));
    if (data != null) {
      if (settings.stream().anyMatch(ConfigOptions::namesData)) {
        throw new IllegalArgumentException(
            "--data must come without --set data.path and --set data.mixture");
      }
      List<String> path =
          only(
              data,
              TrainConfigs.task(file, Stream.concat(own.stream(), settings.stream()).toList()));
      said.add(new TrainConfigs.Settings("--data", path));
    }
    return said;
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
