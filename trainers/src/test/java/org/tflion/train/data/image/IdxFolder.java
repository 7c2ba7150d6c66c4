package org.tflion.train.data.image;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Writes small files as MNIST has them. */
public final class IdxFolder {

  private IdxFolder() {}

  /** A file of bytes in dimensions. */
  public static byte[] idx(byte[] values, int... sizes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0x800 | sizes.length);
    for (int size : sizes) {
      out.writeInt(size);
    }
    out.write(values);
    return bytes.toByteArray();
  }

  /** The same, gzipped. */
  public static byte[] zipped(byte[] file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(file);
    }
    return bytes.toByteArray();
  }

  /**
   * Pictures of 8 x 8 pixels in two classes: a bright left half, or a bright right half, with
   * noise.
   *
   * @return the folder
   */
  public static Path halves(Path folder, int count) throws IOException {
    Random random = new Random(9);
    byte[] pixels = new byte[count * 64];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) random.nextInt(2);
      for (int p = 0; p < 64; p++) {
        boolean bright = (p % 8 < 4) == (labels[i] == 0);
        pixels[i * 64 + p] = (byte) (random.nextInt(100) + (bright ? 100 : 0));
      }
    }
    Files.createDirectories(folder);
    Files.write(folder.resolve("x-images-idx3-ubyte.gz"), zipped(idx(pixels, count, 8, 8)));
    Files.write(folder.resolve("x-labels-idx1-ubyte.gz"), zipped(idx(labels, count)));
    return folder;
  }
}
