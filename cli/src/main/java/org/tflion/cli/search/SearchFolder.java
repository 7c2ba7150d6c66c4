package org.tflion.cli.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.discovery.funnel.MetaCurve;
import org.tflion.discovery.search.SearchHistory;
import org.tflion.discovery.search.SearchLog;
import org.tflion.discovery.task.Task;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of a search: its settings, its log, the curve of its progress and the best program.
 *
 * @param path of the folder
 */
public record SearchFolder(Path path) {

  static final String SETTINGS = "search.json";
  static final String LOG = "evaluations.jsonl";
  static final String PROGRESS = "progress.jsonl";
  static final String BEST = "best.program";
  static final String SELECTED = "selected.program";
  static final String SIMPLE = "simple.program";
  static final String CURVE = "curve.json";

  static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * Makes it the folder of a new search.
   *
   * @throws IllegalArgumentException if it holds a search already or cannot be written
   */
  public void create(SearchSettings settings) {
    if (Files.exists(file(SETTINGS))) {
      throw new IllegalArgumentException(
          "--out must be a folder without a search (got "
              + path
              + "); add --resume to go on with it");
    }
    try {
      Files.createDirectories(path);
      write(SETTINGS, JSON.writeValueAsString(settings) + "\n");
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--out must be a folder that can be written (got " + path + ")", e);
    }
  }

  /**
   * The settings of the search in the folder.
   *
   * @throws IllegalArgumentException if there is none, or its settings are damaged
   */
  public SearchSettings settings() {
    Path file = file(SETTINGS);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "the folder must be one that search made (got " + path + ", without " + SETTINGS + ")");
    }
    try {
      SearchSettings settings = JSON.readValue(Files.readString(file), SearchSettings.class);
      settings.check();
      return settings;
    } catch (IOException | JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new IllegalArgumentException(
          file + " must hold the settings that search wrote; write it again or start anew", e);
    }
  }

  /**
   * Refuses a search that another task judged, such as one of an older version of tflion.
   *
   * @throws IllegalArgumentException if the log says so, or there is none
   */
  public void requireJudgedBy(Task task) {
    try {
      SearchLog.requireTask(file(LOG), task.name());
    } catch (IOException e) {
      throw noLog(e);
    }
  }

  /** What the log tells. */
  public SearchHistory history() {
    try {
      return SearchHistory.read(file(LOG));
    } catch (IOException e) {
      throw noLog(e);
    }
  }

  private IllegalArgumentException noLog(IOException cause) {
    return new IllegalArgumentException(
        "the folder must hold the log of a search (got " + path + ", without " + LOG + ")", cause);
  }

  /** The curve of the progress; a line that a kill cut short ends it. */
  public List<ProgressPoint> progress() {
    List<ProgressPoint> points = new ArrayList<>();
    if (!Files.exists(file(PROGRESS))) {
      return points;
    }
    try (var lines = Files.newBufferedReader(file(PROGRESS), StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        points.add(JSON.readValue(line, ProgressPoint.class));
      }
    } catch (JacksonException cut) {
      return points;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return points;
  }

  /**
   * How the best programs did on the trainings of a report, or null without a report.
   *
   * @throws IllegalArgumentException if the file is damaged
   */
  public @Nullable MetaCurve curve() {
    Path file = file(CURVE);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return JSON.readValue(Files.readString(file), MetaCurve.class);
    } catch (IOException | JacksonException e) {
      throw new IllegalArgumentException(
          file + " must hold the curve that search report wrote; run the report again", e);
    }
  }

  Path file(String name) {
    return path.resolve(name);
  }

  void write(String name, String text) throws IOException {
    Files.writeString(file(name), text, StandardCharsets.UTF_8);
  }
}
