package espalier.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How a record appears as a member of its family: in recipes, on the command line and in {@code espalier methods}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Method {
    /** The name users write, as {@code l1}. */
    String key();

    /** One line: what it does. */
    String summary();

    /** Authors, title, year, arXiv number; empty where it needs none. */
    String paper() default "";
}
