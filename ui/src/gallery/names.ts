// Templates of file names, as the engine knows them.

/** What stands where no template is written. */
export const USUAL_NAME = '{date}-{prompt}-{id}';

/** What a template can be made of. */
export const NAME_FIELDS = '{date} {time} {prompt} {model} {size} {aspect} {seed} {rating} {id}';
