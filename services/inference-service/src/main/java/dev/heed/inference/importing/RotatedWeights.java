package dev.heed.inference.importing;

import java.util.Arrays;
import java.util.Optional;

/**
 * A model's weights for a graph whose residual stream, values and input of {@code down} are turned,
 * so that none of their channels stands out (QuaRot). The gains of the norms go into the matrices
 * that read them, since only a norm without gains is the same in every basis. What is turned at
 * both ends of a matrix costs nothing when it runs; only {@code down}'s input, the embedding's rows
 * and the head's input are turned there.
 */
final class RotatedWeights implements LlamaWeights {

  /** Channels of {@code down}'s input that are mixed: enough to take the outliers down. */
  private static final int MIXED = 64;

  private final LlamaWeights own;
  private final LlamaShape shape;
  private final Rotations rotations;

  RotatedWeights(LlamaWeights own, LlamaShape shape) {
    this.own = own;
    this.shape = shape;
    rotations =
        new Rotations(
            new Rotation(shape.hidden()),
            new Rotation(shape.headSize()),
            Rotation.within(shape.feedForward(), MIXED));
  }

  @Override
  public Optional<Rotations> rotations() {
    return Optional.of(rotations);
  }

  @Override
  public RowSource embedding() throws GgufException {
    return own.embedding();
  }

  @Override
  public Optional<RowSource> head() throws GgufException {
    return own.head();
  }

  @Override
  public RowSource logits() throws GgufException {
    return reads(own.logits(), own.finalNorm());
  }

  @Override
  public float[] finalNorm() {
    return ones();
  }

  @Override
  public float[] ownFinalNorm() throws GgufException {
    return own.finalNorm();
  }

  @Override
  public float[] attentionNorm(int layer) {
    return ones();
  }

  @Override
  public float[] feedForwardNorm(int layer) {
    return ones();
  }

  /** The model's own gains before a projection that reads the residual stream. */
  float[] gains(int layer, Projection projection) throws GgufException {
    return switch (projection) {
      case Q, K, V -> own.attentionNorm(layer);
      case GATE, UP -> own.feedForwardNorm(layer);
      case O, DOWN -> throw new IllegalArgumentException(projection + " reads no norm");
    };
  }

  private float[] ones() {
    float[] ones = new float[shape.hidden()];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Override
  public RowSource queryKeyValue(int layer) throws GgufException {
    RowSource reads = reads(own.queryKeyValue(layer), own.attentionNorm(layer));
    int values = (shape.heads() + shape.keyValueHeads()) * shape.headSize();
    return RowSource.rowsRotated(reads, values, rotations.head());
  }

  @Override
  public RowSource attentionOutput(int layer) throws GgufException {
    return writes(RowSource.columnsRotated(own.attentionOutput(layer), rotations.head()));
  }

  @Override
  public RowSource gate(int layer) throws GgufException {
    return reads(own.gate(layer), own.feedForwardNorm(layer));
  }

  @Override
  public RowSource up(int layer) throws GgufException {
    return reads(own.up(layer), own.feedForwardNorm(layer));
  }

  @Override
  public RowSource down(int layer) throws GgufException {
    return writes(RowSource.columnsRotated(own.down(layer), rotations.feedForward()));
  }

  @Override
  public Optional<float[]> ropeFactors() throws GgufException {
    return own.ropeFactors();
  }

  /** A matrix that reads the residual stream through a norm. */
  private RowSource reads(RowSource source, float[] gains) {
    return RowSource.columnsRotated(RowSource.columnsMultiplied(source, gains), rotations.hidden());
  }

  /** A matrix that adds to the residual stream. */
  private RowSource writes(RowSource source) throws GgufException {
    return RowSource.rowsRotated(source, 0, rotations.hidden());
  }
}
