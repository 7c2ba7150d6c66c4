package org.tflion.train.exchange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tflion.Require;
import org.tflion.train.data.format.JsonText;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.TokenizerSpec;
import org.tflion.train.data.tokenizer.Tokenizers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tokenizer beside a model: {@code tokenizer.json} where it is one, as Hugging Face's library
 * reads it, else {@code tflion_tokenizer.json} with its name and, of a char tokenizer, its
 * alphabet.
 */
public final class TokenizerFiles {

  private static final String JSON_FILE = "tokenizer.json";
  private static final String OWN_FILE = "tflion_tokenizer.json";
  private static final long LARGEST_OWN = 1 << 24;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private TokenizerFiles() {}

  /**
   * Writes the files.
   *
   * @param context most tokens that the model sees
   * @return whether Hugging Face's library can read them
   */
  public static boolean write(Tokenizer tokenizer, Path folder, int context) throws IOException {
    TokenizerSpec spec = tokenizer.spec();
    String definition = spec.definition();
    ObjectNode root = JSON.createObjectNode();
    if (definition == null || spec.name().equals("char")) {
      root.put("name", spec.name()).put("definition", definition);
      Files.writeString(folder.resolve(OWN_FILE), JSON.writeValueAsString(root));
      return false;
    }
    Files.writeString(folder.resolve(JSON_FILE), definition);
    root.put("tokenizer_class", "PreTrainedTokenizerFast");
    root.put("model_max_length", context);
    root.put("clean_up_tokenization_spaces", false);
    if (tokenizer.endOfText().isPresent()) {
      String end = tokenizer.decode(new int[] {tokenizer.endOfText().getAsInt()});
      root.put("bos_token", end).put("eos_token", end);
    }
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
    return true;
  }

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException if there is none, or it is refused
   */
  public static Tokenizer read(Path folder) {
    Path own = folder.resolve(OWN_FILE);
    if (Files.exists(folder.resolve(JSON_FILE))) {
      return Tokenizers.read(folder.resolve(JSON_FILE));
    }
    Require.that(
        Files.exists(own),
        "--from must be a folder with " + JSON_FILE + ", unless --tokenizer names one",
        folder);
    try {
      Require.that(Files.size(own) <= LARGEST_OWN, own + " must be small", Files.size(own));
      byte[] text = Files.readAllBytes(own);
      JsonNode root = JsonText.object(text, 0, text.length);
      JsonNode definition = root.path("definition");
      return Tokenizers.of(
          new TokenizerSpec(
              root.path("name").asString("none"),
              definition.isString() ? definition.stringValue() : null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(own + ": " + e.getMessage(), e);
    }
  }
}
