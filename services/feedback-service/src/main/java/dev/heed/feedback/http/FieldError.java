package dev.heed.feedback.http;

/**
 * What is wrong with one field of a request.
 *
 * @param field its name as in the request
 * @param message what would be right
 */
public record FieldError(String field, String message) {}
