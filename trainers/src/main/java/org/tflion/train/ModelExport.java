package org.tflion.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.tflion.train.exchange.Gpt2Config;
import org.tflion.train.exchange.Gpt2Weights;
import org.tflion.train.exchange.TokenizerFiles;
import org.tflion.train.safetensors.TensorFolderWriter;
import org.tflion.train.step.SavedModelWriter;

/**
 * Writes what a run has learnt for other programs.
 *
 * @param model what to write
 * @param folder where to; it must be new or empty
 */
public record ModelExport(TrainedModel model, Path folder) {

  /**
   * Refuses a folder in which something would be lost.
   *
   * @throws IllegalArgumentException if it is not new or empty
   */
  public ModelExport {
    if (Files.exists(folder) && !isEmptyFolder(folder)) {
      throw new IllegalArgumentException(
          "--out must be a new or empty folder (got " + folder + ", which holds something)");
    }
  }

  private static boolean isEmptyFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes {@code model.safetensors}, {@code config.json} and the tokenizer as Hugging Face's
   * libraries read them. The config comes last: without it, nobody takes the folder for a model.
   *
   * @return whether the tokenizer is one that those libraries know
   * @throws IllegalArgumentException if GPT-2's architecture does not hold the model, naming the
   *     key
   */
  public boolean safetensors() {
    String config = Gpt2Config.write(model.gpt(), model.text().endOfText());
    try {
      Files.createDirectories(folder);
      Gpt2Weights.write(
          model.gpt(),
          model.weights()::read,
          new TensorFolderWriter(folder, TensorFolderWriter.LARGEST));
      int context = model.gpt().config().context();
      boolean known = TokenizerFiles.write(model.text(), folder, context);
      Files.writeString(folder.resolve("config.json"), config);
      return known;
    } catch (IOException e) {
      throw RunDirectory.unwritable(folder, e);
    }
  }

  /** Writes TensorFlow's own format, as {@link SavedModelWriter} has it. */
  public void savedModel() {
    new SavedModelWriter(model.gpt(), model.weights()).write(folder);
  }
}
