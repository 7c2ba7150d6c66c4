package org.tflion.train.data.tokenizer;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a {@code tokenizer.json} of byte-level BPE, as Hugging Face's library reads it. */
final class TokenizerJsonText {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private TokenizerJsonText() {}

  /**
   * The text of the file.
   *
   * @param tokens symbols of each token, in the order of their numbers; the end of text comes after
   *     them
   * @param merges the two parts of each, in their order
   */
  static String of(List<String> tokens, List<String[]> merges) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0");
    root.putNull("truncation").putNull("padding");
    ObjectNode end = root.putArray("added_tokens").addObject();
    end.put("id", tokens.size()).put("content", BpeTokenizer.END_OF_TEXT);
    for (String option : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      end.put(option, false);
    }
    end.put("special", true);
    root.putNull("normalizer");
    byteLevel(root.putObject("pre_tokenizer"), false);
    root.putNull("post_processor");
    byteLevel(root.putObject("decoder"), true);
    ObjectNode model = root.putObject("model");
    model.put("type", "BPE");
    for (String none :
        List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
      model.putNull(none);
    }
    for (String off : List.of("fuse_unk", "byte_fallback", "ignore_merges")) {
      model.put(off, false);
    }
    ObjectNode vocab = model.putObject("vocab");
    for (int i = 0; i < tokens.size(); i++) {
      vocab.put(tokens.get(i), i);
    }
    vocab.put(BpeTokenizer.END_OF_TEXT, tokens.size());
    ArrayNode list = model.putArray("merges");
    merges.forEach(pair -> list.addArray().add(pair[0]).add(pair[1]));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  private static void byteLevel(ObjectNode part, boolean trimOffsets) {
    part.put("type", "ByteLevel");
    part.put("add_prefix_space", false);
    part.put("trim_offsets", trimOffsets);
    part.put("use_regex", true);
  }
}
