package org.tflion.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tflion.train.data.format.DataFiles;
import picocli.CommandLine.Option;

/** The options of commands that read many files of text. */
final class InputOptions {

  @Option(
      names = "--input",
      paramLabel = "FILE",
      required = true,
      arity = "1..*",
      description = "Files or folders of text, .jsonl or .tfrecord files, in this order.")
  private List<Path> inputs = new ArrayList<>();

  @Option(
      names = "--include",
      paramLabel = "GLOB",
      split = ",",
      description = "Which files of a folder (default: ${DEFAULT-VALUE}).",
      defaultValue = "*.txt,*.md,*.jsonl,*.ndjson,*.tfrecord*")
  private List<String> include = new ArrayList<>();

  @Option(
      names = "--field",
      paramLabel = "NAME",
      description =
          "Field of JSON lines, or feature of TFRecords, with the text (default: ${DEFAULT-VALUE}).",
      defaultValue = "text")
  private String field = "";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads that work (default: all cores); the result is the same for any number.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** All files, those of a folder in the order of their paths. */
  List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path input : inputs) {
      if (!Files.exists(input)) {
        throw new IllegalArgumentException(
            "--input must name files or folders that exist (got " + input + ")");
      }
      files.addAll(DataFiles.find(input, include));
    }
    return files;
  }

  String field() {
    return field;
  }

  int threads() {
    return threads;
  }
}
