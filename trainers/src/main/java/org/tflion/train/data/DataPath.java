package org.tflion.train.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.tflion.Require;
import org.tflion.train.data.format.DataFiles;
import org.tflion.train.data.format.Format;
import org.tflion.train.data.prepare.Encoder;
import org.tflion.train.data.prepare.PreparedFolder;
import org.tflion.train.data.prepare.Survey;
import org.tflion.train.data.source.Documents;
import org.tflion.train.data.source.FileBytes;
import org.tflion.train.data.source.Fingerprint;
import org.tflion.train.data.source.MarkedDocuments;
import org.tflion.train.data.source.PackedTokens;
import org.tflion.train.data.source.TokenSlice;
import org.tflion.train.data.source.TokenSource;
import org.tflion.train.data.tokenizer.ByteTokenizer;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.Tokenizers;

/** What stands at a path of a config. */
sealed interface DataPath {

  /** Tokens of a .bin file are all checked when it is opened, up to this many. */
  long CHECKED = 1L << 28;

  /** The tokens, by the tokenizer of the run. */
  Split open(Tokenizer tokenizer, DataConfig config);

  /** A folder that was prepared. */
  record Prepared(Path path, PreparedFolder folder) implements DataPath {

    @Override
    public Split open(Tokenizer tokenizer, DataConfig config) {
      Require.that(
          folder.manifest().tokenizer().equals(tokenizer.spec()),
          "data.tokenizer must be the one that %s was prepared with, %s; or auto"
              .formatted(path, folder.manifest().tokenizer().name()),
          tokenizer.name());
      TokenSource tokens = folder.tokens(config.separateDocuments());
      List<Path> files = List.of(folder.folder().resolve("tokens.bin"));
      return Split.of(tokens, config, path, files, folder.manifest().fingerprint());
    }
  }

  /** Files of tokens, one after the other. */
  record Tokens(Path path, List<Path> files) implements DataPath {

    @Override
    public Split open(Tokenizer tokenizer, DataConfig config) {
      FileBytes bytes = FileBytes.open(files);
      requireSome(path, bytes);
      TokenSource tokens = tokens(bytes, tokenizer, config, path.toString());
      return Split.of(tokens, config, path, files, Fingerprint.of(files, bytes));
    }
  }

  /** The two files of nanoGPT. */
  record NanoGpt(Path train, Path validation) implements DataPath {

    @Override
    public Split open(Tokenizer tokenizer, DataConfig config) {
      List<Path> files = List.of(train, validation);
      FileBytes bytes = FileBytes.open(files);
      TokenSource tokens = tokens(bytes, tokenizer, config, train.resolveSibling("").toString());
      long at = FileBytes.open(List.of(train)).length() / width(config);
      return new Split(
          new TokenSlice(tokens, 0, at, train.toString()),
          new TokenSlice(tokens, at, tokens.length(), validation.toString()),
          files,
          Fingerprint.of(files, bytes));
    }
  }

  /** Files of documents. */
  record Text(Path path, List<Path> files) implements DataPath {

    @Override
    public Split open(Tokenizer tokenizer, DataConfig config) {
      FileBytes bytes = FileBytes.open(files);
      requireSome(path, bytes);
      String print = Fingerprint.of(files, bytes);
      boolean plain = files.stream().allMatch(file -> Format.of(file) == Format.TEXT);
      if (!(plain && tokenizer instanceof ByteTokenizer)) {
        TokenSource tokens =
            new Encoder(tokenizer, config.field()).open(files, config.separateDocuments());
        return Split.of(tokens, config, path, files, print);
      }
      TokenSource tokens = new PackedTokens(bytes, 1, tokenizer.vocabularySize(), path.toString());
      if (config.separateDocuments()) {
        long[] starts = bytes.starts();
        tokens = new Documents(tokens, Arrays.copyOfRange(starts, 1, starts.length));
      }
      return Split.of(tokens, config, path, files, print);
    }
  }

  private static void requireSome(Path path, FileBytes bytes) {
    Require.that(bytes.length() > 0, "data.path " + path + " must hold some text", "0 bytes");
  }

  private static TokenSource tokens(
      FileBytes bytes, Tokenizer tokenizer, DataConfig config, String name) {
    PackedTokens tokens = new PackedTokens(bytes, width(config), tokenizer.vocabularySize(), name);
    tokens.check(CHECKED);
    if (!config.separateDocuments()) {
      return tokens;
    }
    OptionalInt end = tokenizer.endOfText();
    Require.that(
        end.isPresent(),
        "data.separate_documents: tokens of "
            + name
            + " must have an end of text;"
            + " prepare the text with tflion data prepare",
        "tokenizer " + tokenizer.name());
    return new MarkedDocuments(tokens, end.getAsInt());
  }

  private static int width(DataConfig config) {
    return config.tokenType().equals("uint16") ? Short.BYTES : Integer.BYTES;
  }

  /**
   * Looks at a path.
   *
   * @throws IllegalArgumentException if nothing is there, nothing matches, or a file is damaged
   */
  static DataPath find(Path path, DataConfig config) {
    Path parent = path.resolveSibling("");
    boolean inPrepared = path.endsWith("tokens.bin") && PreparedFolder.isAt(parent);
    if (inPrepared || PreparedFolder.isAt(path)) {
      return new Prepared(path, PreparedFolder.open(inPrepared ? parent : path));
    }
    Path train = path.resolve("train.bin");
    Path validation = path.resolve("val.bin");
    if (Files.isRegularFile(train) && Files.isRegularFile(validation)) {
      return new NanoGpt(train, validation);
    }
    List<Path> files = DataFiles.find(path, config.include());
    long ofTokens = files.stream().filter(file -> Format.of(file) == Format.TOKENS).count();
    Require.that(
        ofTokens == 0 || ofTokens == files.size(),
        "data.path " + path + " must hold either text or .bin files of tokens",
        ofTokens + " of " + files.size() + " files with tokens");
    return ofTokens == 0 ? new Text(path, files) : new Tokens(path, files);
  }

  /** The tokenizer that a config names, or that its data bring. */
  static Tokenizer tokenizer(List<DataPath> paths, DataConfig config) {
    Optional<Prepared> prepared =
        paths.stream().filter(Prepared.class::isInstance).map(Prepared.class::cast).findFirst();
    boolean fitsPrepared = config.tokenizer().equals("auto") || config.tokenizer().equals("char");
    if (prepared.isPresent() && fitsPrepared) {
      return prepared.get().folder().tokenizer();
    }
    List<Path> text =
        paths.stream()
            .filter(Text.class::isInstance)
            .flatMap(path -> ((Text) path).files().stream())
            .toList();
    Require.that(
        !fitsPrepared || !text.isEmpty(),
        "data.tokenizer must name what the .bin files of tokens were made with, such as gpt2",
        config.tokenizer());
    return switch (config.tokenizer()) {
      case "auto", "byte" -> new ByteTokenizer();
      case "char" -> Survey.of(text, config.field()).chars();
      default -> Tokenizers.named(config.tokenizer());
    };
  }
}
