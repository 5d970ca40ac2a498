package dev.heed.learning.reward;

/**
 * What the reward model knows of a reply to a prompt: the reply's vector, its product with the
 * prompt's vector number by number, their cosine, the safety classifier's P(unsafe), and plain
 * counts of the text's surface. Nothing here knows what anybody thinks of the reply.
 */
public final class Features {

  /**
   * P(unsafe) where no classifier was asked: the same number always, which nothing is learnt from.
   */
  public static final double UNKNOWN = 0;

  private static final String MARKS = "!?.,:;*-\"()`\n0123456789";
  private static final int PLAIN = 6;

  /** Length of a vector of features. */
  public static final int WIDTH = 2 * SentenceEncoder.WIDTH + MARKS.length() + PLAIN;

  private Features() {}

  /**
   * @param prompt vector of the prompt, length 1
   * @param reply vector of the reply, length 1
   * @param unsafe P(unsafe) of the reply in its context, [0, 1]
   */
  public static float[] of(float[] prompt, float[] reply, String text, double unsafe) {
    float[] x = new float[WIDTH];
    double cosine = 0;
    for (int i = 0; i < SentenceEncoder.WIDTH; i++) {
      x[i] = reply[i];
      x[SentenceEncoder.WIDTH + i] = prompt[i] * reply[i];
      cosine += prompt[i] * reply[i];
    }
    int at = 2 * SentenceEncoder.WIDTH;
    for (int i = 0; i < MARKS.length(); i++) {
      x[at++] = (float) Math.log1p(count(text, MARKS.charAt(i)));
    }
    String[] words = text.toLowerCase(java.util.Locale.ROOT).split("\\W+");
    long distinct = java.util.Arrays.stream(words).distinct().count();
    long capitals = text.chars().filter(Character::isUpperCase).count();
    long foreign = text.chars().filter(c -> c > 0x2ff && Character.isLetter(c)).count();
    x[at++] = (float) cosine;
    x[at++] = (float) unsafe;
    x[at++] = (float) Math.log1p(text.length());
    x[at++] = (float) distinct / Math.max(1, words.length); // a text of marks alone has no word
    x[at++] = (float) capitals / (1 + text.length());
    x[at] = (float) Math.log1p(foreign);
    return x;
  }

  private static long count(String text, char mark) {
    return text.chars().filter(c -> c == mark).count();
  }
}
