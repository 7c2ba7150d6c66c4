package org.tflion.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tflion.train.checkpoint.Manifest.FileEntry;

/**
 * A complete checkpoint whose files have been checked.
 *
 * @param folder where it lies
 * @param manifest what it says of itself
 */
public record Checkpoint(Path folder, Manifest manifest) {

  static final String BUNDLE = "tensors";

  /** What TensorFlow makes of that prefix: an index, and numbered parts that say how many. */
  private static final String INDEX = BUNDLE + ".index";

  private static final Pattern PART = Pattern.compile(BUNDLE + "\\.data-\\d{5}-of-(\\d{5})");

  static final String MANIFEST = "manifest.json";

  /** Holds the manifest's own SHA-256, in the format of the command {@code sha256sum -c}. */
  static final String MANIFEST_SUM = "manifest.json.sha256";

  /** No manifest comes near; a larger file is something else. */
  private static final long LARGEST_MANIFEST = 64L << 20;

  /** Prefix of the bundle with the weights and slots. */
  public Path bundle() {
    return folder.resolve(BUNDLE);
  }

  /** Whether a folder claims to be a checkpoint. */
  public static boolean isAt(Path folder) {
    return Files.exists(folder.resolve(MANIFEST));
  }

  /**
   * Opens a checkpoint, with every byte of it checked.
   *
   * @throws CheckpointException if it is damaged or of another format, naming the file
   */
  public static Checkpoint open(Path folder) {
    try {
      Manifest manifest = manifest(folder);
      List<String> names = manifest.files().stream().map(FileEntry::name).toList();
      requireBundle(folder, names);
      for (FileEntry entry : manifest.files()) {
        check(folder.resolve(entry.name()), entry);
      }
      return new Checkpoint(folder, manifest);
    } catch (IOException e) {
      throw new DamageException(
          "%s must be readable (got %s: %s)"
              .formatted(folder, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  private static void requireBundle(Path folder, List<String> names) {
    List<String> wanted = new ArrayList<>(List.of(INDEX));
    int parts =
        names.stream()
            .map(PART::matcher)
            .filter(Matcher::matches)
            .mapToInt(part -> Integer.parseInt(part.group(1)))
            .max()
            .orElse(1);
    for (int part = 0; part < parts; part++) {
      wanted.add(String.format(Locale.ROOT, "%s.data-%05d-of-%05d", BUNDLE, part, parts));
    }
    for (String part : wanted) {
      if (!names.contains(part)) {
        throw new DamageException(
            folder.resolve(MANIFEST) + " is damaged: it does not list " + part);
      }
    }
  }

  /** The manifest alone, checked by its own sum. */
  static Manifest manifest(Path folder) throws IOException {
    Path file = folder.resolve(MANIFEST);
    if (!Files.exists(file)) {
      throw new DamageException(file + " is missing");
    }
    if (Files.size(file) > LARGEST_MANIFEST) {
      throw new DamageException(file + " is damaged: it is not a manifest");
    }
    byte[] text = Files.readAllBytes(file);
    Path sum = folder.resolve(MANIFEST_SUM);
    boolean summed = Files.exists(sum);
    if (summed && !Files.readString(sum).equals(sum(text))) {
      throw new DamageException(file + " is damaged: its SHA-256 is not the one in " + sum);
    }
    Manifest manifest = Manifest.parse(file, text);
    if (!summed) {
      throw new DamageException(sum + " is missing");
    }
    return manifest;
  }

  /** The content of the sum's file for a manifest. */
  static String sum(byte[] manifest) {
    return Digest.of(manifest) + "  " + MANIFEST + "\n";
  }

  private static void check(Path file, FileEntry entry) throws IOException {
    if (!Files.exists(file)) {
      throw new DamageException(file + " is missing");
    }
    if (Files.size(file) != entry.size()) {
      throw new DamageException(
          "%s is damaged: it must be %d bytes long (got %d)"
              .formatted(file, entry.size(), Files.size(file)));
    }
    if (!Digest.of(file).equals(entry.sha256())) {
      throw new DamageException(file + " is damaged: its SHA-256 is not the one it was saved with");
    }
  }
}
