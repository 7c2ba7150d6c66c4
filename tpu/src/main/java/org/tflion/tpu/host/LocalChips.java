package org.tflion.tpu.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tflion.tpu.Require;
import org.tflion.tpu.topology.Generation;

/**
 * The TPU chips on this machine's PCI bus.
 *
 * @param generation kind of the chips
 * @param count number of chips; above 0
 */
public record LocalChips(Generation generation, int count) {

  private static final String GOOGLE = "0x1ae0";

  public LocalChips {
    Require.that(count > 0, "LocalChips: count must be above 0", count);
  }

  /** Returns the chips of this machine. */
  public static Optional<LocalChips> scan() {
    return scan(Path.of("/sys/bus/pci/devices"));
  }

  /**
   * Returns the chips listed under a directory with one entry per PCI device, each with files named
   * vendor, device and subsystem_device; empty if there are none.
   */
  static Optional<LocalChips> scan(Path devices) {
    if (!Files.isDirectory(devices)) {
      return Optional.empty();
    }
    try (Stream<Path> entries = Files.list(devices)) {
      List<Generation> found =
          entries.map(LocalChips::generationOf).filter(Objects::nonNull).toList();
      return found.isEmpty()
          ? Optional.empty()
          : Optional.of(new LocalChips(found.get(0), found.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("LocalChips: " + devices + " must be readable", e);
    }
  }

  /** Device ids as the drivers know them; v2 and v3 share one and differ in the subsystem's. */
  private static @Nullable Generation generationOf(Path device) {
    if (!read(device, "vendor").equals(GOOGLE)) {
      return null;
    }
    return switch (read(device, "device")) {
      case "0x0027" ->
          read(device, "subsystem_device").equals("0x004f") ? Generation.V3 : Generation.V2;
      case "0x005e" -> Generation.V4;
      case "0x0063" -> Generation.V5E;
      case "0x0062" -> Generation.V5P;
      case "0x006f" -> Generation.V6E;
      case "0x0076" -> Generation.TPU7X;
      default -> null;
    };
  }

  private static String read(Path device, String file) {
    try {
      return Files.readString(device.resolve(file)).strip();
    } catch (IOException e) {
      return ""; // a device may vanish or hide a file; then it is no TPU
    }
  }
}
