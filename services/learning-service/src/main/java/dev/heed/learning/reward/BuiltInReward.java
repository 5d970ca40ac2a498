package dev.heed.learning.reward;

import dev.heed.learning.reward.RewardModel.Example;
import dev.heed.learning.versions.TrainingRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A reward model on the frozen sentence encoder, trained here from weighted rows. */
public final class BuiltInReward {

  /** L2 of its weights. */
  public static final double RIDGE = .01;

  /** The reason of a thumb down that {@link #rudeness} learns from. */
  public static final String RUDE = "RUDE";

  private static final int LEAST = 10;

  private final SentenceEncoder encoder;
  private final RewardModel.Scale scale;
  private final RewardModel model;

  private BuiltInReward(SentenceEncoder encoder, RewardModel.Scale scale, RewardModel model) {
    this.encoder = encoder;
    this.scale = scale;
    this.model = model;
  }

  /** Trains; empty when the rows hold too little to learn from. */
  public static Optional<BuiltInReward> train(List<TrainingRow> rows, SentenceEncoder encoder) {
    if (rows.size() < LEAST || rows.stream().mapToDouble(r -> Math.abs(r.weight())).sum() < 1) {
      return Optional.empty();
    }
    List<float[]> raw =
        rows.stream().map(row -> features(encoder, row.asked(), row.reply())).toList();
    RewardModel.Scale scale = new RewardModel.Scale(raw);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      examples.add(example(scale.of(raw.get(i)), rows.get(i).good()));
    }
    return Optional.of(new BuiltInReward(encoder, scale, RewardModel.train(examples, RIDGE)));
  }

  /** What a belief teaches: what it more likely means, as far as it is sure. */
  public static Example example(float[] features, double good) {
    return new Example(features, good >= .5 ? 1 : 0, Math.abs(2 * good - 1));
  }

  /**
   * What a rating teaches of rudeness, as far as it is believed; a reason is as right as its thumb.
   * Of a reply that is bad against its thumb, or bad for no reason that was given, nobody has said
   * whether it is rude: weight 0.
   *
   * @param up the thumb
   * @param reasons given with a thumb down, {@value #RUDE} among them
   * @param right probability that the thumb is right, [0, 1]
   * @return whose belief is that of rudeness
   */
  public static Example rudeness(
      float[] features, boolean up, Collection<String> reasons, double right) {
    boolean believed = right >= .5;
    boolean bad = up != believed;
    boolean said = !bad || !up && !reasons.isEmpty();
    double rude = bad && reasons.contains(RUDE) ? 1 : 0;
    return new Example(features, rude, said ? Math.abs(2 * right - 1) : 0);
  }

  /** What the model knows of a reply to a turn. */
  private static float[] features(SentenceEncoder encoder, String asked, String reply) {
    return Features.of(encoder.encode(asked), encoder.encode(reply), reply, Features.UNKNOWN);
  }

  /** P(the reply is good), (0, 1). */
  public double score(String asked, String reply) {
    return model.score(scale.of(features(encoder, asked, reply)));
  }
}
