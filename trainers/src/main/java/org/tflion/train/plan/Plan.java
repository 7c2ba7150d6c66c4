package org.tflion.train.plan;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;

/**
 * What a workload takes on each device of a mesh, and how long.
 *
 * @param devices in all
 * @param rows that go through the model at once on a device
 * @param parts passes of one update
 * @param memory of each device
 * @param fits whether each device has room for it and a tenth to spare
 * @param largestRows most rows at once with which it fits; 0 if not even one does
 * @param speed of an update
 * @param costPerMillionTokens in the currency of the price; null without one
 */
public record Plan(
    int devices,
    int rows,
    int parts,
    Memory memory,
    boolean fits,
    int largestRows,
    Speed speed,
    @Nullable Double costPerMillionTokens) {

  private static final double SECONDS_OF_HOUR = 3600;
  private static final double MILLION = 1e6;

  /**
   * What only the user can know.
   *
   * @param rows that go through the model at once on a device; 0 for all of a device's part
   * @param utilization share of the peak rate that matrix products reach; in (0, 1]
   * @param wireBytes of a number between devices: 2 or 4
   * @param hopSeconds that the first byte takes from one device of a ring to the next; 0 or more
   * @param pricePerDeviceHour or none
   */
  public record Assumptions(
      int rows,
      double utilization,
      int wireBytes,
      double hopSeconds,
      OptionalDouble pricePerDeviceHour) {

    public Assumptions {
      Require.that(rows >= 0, "Plan: rows must be 0 (all of a device's part) or more", rows);
      Require.that(
          utilization > 0 && utilization <= 1, "Plan: utilization must be in (0, 1]", utilization);
      Require.that(
          wireBytes == 2 || wireBytes == 4, "Plan: bytes on the wire must be 2 or 4", wireBytes);
      Require.notNegative("Plan: seconds of a hop", hopSeconds);
      pricePerDeviceHour.ifPresent(price -> Require.notNegative("Plan: price", price));
    }
  }

  /**
   * Plans.
   *
   * @throws IllegalArgumentException if the batch does not come out even on the mesh
   */
  public static Plan of(Spread spread, Device device, Assumptions assumed) {
    Layout layout = spread.layout();
    int own = spread.work().rowsOfDevice(layout);
    int rows = assumed.rows() == 0 ? own : Math.min(assumed.rows(), own);
    Require.that(
        own % rows == 0, "Plan: rows must divide the " + own + " rows of each device", rows);
    int parts = own / rows;
    Memory memory = Memory.of(spread, device, rows, parts);
    Speed.Pace pace = new Speed.Pace(assumed, rows, parts);
    Speed speed = Speed.of(spread, device, memory, pace);
    Double cost =
        assumed.pricePerDeviceHour().isPresent()
            ? assumed.pricePerDeviceHour().getAsDouble()
                * layout.devices()
                / SECONDS_OF_HOUR
                / speed.tokensPerSecond()
                * MILLION
            : null;
    return new Plan(
        layout.devices(),
        rows,
        parts,
        memory,
        memory.fits(device),
        largestRows(spread, device, own),
        speed,
        cost);
  }

  /** Memory is nearly a line in the rows: up to where two points lead, then down to what fits. */
  private static int largestRows(Spread spread, Device device, int most) {
    double one = peak(spread, device, 1);
    double room = device.memoryBytes() * (1 - Memory.SPARE);
    if (one > room) {
      return 0;
    }
    if (most == 1) {
      return 1;
    }
    double more = peak(spread, device, 2) - one;
    int rows = (int) Math.min(most, 1 + Math.floor((room - one) / more));
    while (rows > 1 && peak(spread, device, rows) > room) {
      rows--;
    }
    return rows;
  }

  private static double peak(Spread spread, Device device, int rows) {
    int parts = rows == spread.work().rowsOfDevice(spread.layout()) ? 1 : 2;
    return Memory.of(spread, device, rows, parts).peak();
  }
}
