package org.tflion.cli.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.tflion.train.config.TrainConfigs;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Trains every part, one after the other, each in a process of its own. A part that is over leaves
 * {@code measured.json} in its folder, and is not trained again.
 *
 * @param folder where everything goes
 * @param parts all of them, those of one optimizer together
 * @param main of the command line, which the children run
 */
public record Comparison(Path folder, List<Part> parts, Class<?> main) {

  private static final String CONFIG = "compared.yaml";
  private static final String MEASURED = "measured.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Hears of progress. */
  public interface Listener {

    /** A part begins, or goes on without training as it was over before. */
    void onPart(String name, int number, int of, boolean over);

    /** A line of a part's own progress. */
    void onLine(String line);
  }

  /**
   * Trains what is not over yet, and writes {@code report.html} and {@code summary.json}.
   *
   * @throws IllegalArgumentException if the folder holds another comparison, or a part is refused
   */
  public Summary run(Listener listener) throws InterruptedException {
    try {
      for (Part part : parts) {
        prepare(part);
      }
      List<Trained> trained = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        Path measured = part.folder(folder).resolve(MEASURED);
        boolean over = Files.exists(measured);
        listener.onPart(part.name(), i + 1, parts.size(), over);
        if (!over) {
          train(part, measured, listener);
        }
        trained.add(Trained.of(part, read(measured), folder));
      }
      Summary summary = Summary.of(trained);
      Files.writeString(folder.resolve("report.html"), new ComparisonPage(summary, trained).html());
      return summary;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void prepare(Part part) throws IOException {
    Path config = part.folder(folder).resolve(CONFIG);
    String text = TrainConfigs.write(part.config());
    if (Files.exists(config)) {
      if (!Files.readString(config).equals(text)) {
        throw new IllegalArgumentException(
            "--out must be a new folder, or of the same comparison (got %s, where %s has another config)"
                .formatted(folder, part.name()));
      }
      return;
    }
    Files.createDirectories(config.getParent());
    Files.writeString(config, text);
  }

  private void train(Part part, Path measured, Listener listener)
      throws IOException, InterruptedException {
    Path own = part.folder(folder);
    List<String> arguments =
        List.of(
            "compare-part", "--config", own.resolve(CONFIG).toString(), "--out", own.toString());
    String said = new PartProcess(main).run(arguments, listener::onLine);
    Path next = own.resolve(MEASURED + ".next");
    Files.writeString(next, said);
    Files.move(next, measured, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Measured read(Path file) throws IOException {
    try {
      return JSON.readValue(Files.readString(file), Measured.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + " is damaged; delete it to train again", e);
    }
  }

  /** What a child prints. */
  public static String json(Measured measured) {
    return JSON.writeValueAsString(measured);
  }
}
