package org.tflion.train.data.source;

import java.nio.file.Path;
import java.util.List;

/**
 * How the tokens of a source lie in files, for whoever reads these himself.
 *
 * @param files one after the other
 * @param width bytes of a token without sign, lowest byte first: 1, 2 or 4
 * @param first position of the source's first token among those of the files
 */
public record FileTokens(List<Path> files, int width, long first) {

  public FileTokens {
    files = List.copyOf(files);
  }

  /** The same for a source that begins later. */
  FileTokens after(long tokens) {
    return new FileTokens(files, width, first + tokens);
  }
}
