package dev.heed.inference.importing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gathers where adapters may change a graph. */
final class LoraPoints {

  private final LlamaShape shape;
  private final List<LoraPoint> points = new ArrayList<>();

  LoraPoints(LlamaShape shape) {
    this.shape = shape;
  }

  /** The points of these projections. */
  List<LoraPoint> of(Set<Projection> wanted) {
    return points.stream().filter(point -> wanted.contains(point.projection())).toList();
  }

  /** A product with an output of its own. */
  void add(int layer, Projection projection, String input, String output, int in, int out) {
    add(layer, projection, input, output, in, out, Optional.empty());
  }

  /** Query, key and value beside each other in one output. */
  void addQueryKeyValue(int layer, String input, String output) {
    int narrow = shape.keyValueHeads() * shape.headSize();
    long[] widths = {shape.heads() * shape.headSize(), narrow, narrow};
    Projection[] order = {Projection.Q, Projection.K, Projection.V};
    for (int i = 0; i < order.length; i++) {
      var part = Optional.of(new LoraPoint.Part(i, widths));
      add(layer, order[i], input, output, shape.hidden(), (int) widths[i], part);
    }
  }

  private void add(
      int layer,
      Projection projection,
      String input,
      String output,
      int in,
      int out,
      Optional<LoraPoint.Part> part) {
    points.add(new LoraPoint(layer, projection, input, output, in, out, part));
  }
}
