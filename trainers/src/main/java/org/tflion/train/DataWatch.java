package org.tflion.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.data.Dataset;

/**
 * Notices that a run's files change under it: first by their sizes and times, and where those
 * differ, by the fingerprint of their content.
 */
final class DataWatch {

  private record Stamp(long size, FileTime modified) {}

  private final TrainConfig config;
  private final Dataset data;
  private Map<Path, Stamp> before;

  DataWatch(TrainConfig config, Dataset data) {
    this.config = config;
    this.data = data;
    this.before = stamps();
  }

  /**
   * Refuses to go on with other data than the run began with.
   *
   * @throws UncheckedIOException if a file has changed or is gone, naming it
   */
  void requireUnchanged() {
    Map<Path, Stamp> now = stamps();
    if (now.equals(before)) {
      return;
    }
    Dataset again = config.work().open(data.tokenizer());
    if (!again.fingerprint().equals(data.fingerprint())) {
      throw new UncheckedIOException(new IOException(changed(now)));
    }
    before = now;
  }

  private String changed(Map<Path, Stamp> now) {
    String what = "a file of " + config.data().path();
    for (Map.Entry<Path, Stamp> entry : before.entrySet()) {
      if (!entry.getValue().equals(now.get(entry.getKey()))) {
        what = entry.getKey().toString();
      }
    }
    return "%s has changed since the run began; put it back and use --resume, or start a new run"
        .formatted(what);
  }

  private Map<Path, Stamp> stamps() {
    Map<Path, Stamp> stamps = new LinkedHashMap<>();
    try {
      for (Path file : data.files()) {
        BasicFileAttributes read = Files.readAttributes(file, BasicFileAttributes.class);
        stamps.put(file, new Stamp(read.size(), read.lastModifiedTime()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return stamps;
  }
}
