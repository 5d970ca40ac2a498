package dev.heed.inference.text;

/**
 * One message of a conversation as a chat template sees it.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content its text
 */
public record ChatMessage(String role, String content) {}
