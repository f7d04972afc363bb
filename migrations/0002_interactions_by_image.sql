-- What a viewer said about one image, for composing: which images are settled and which explored ones were welcomed.
create index interactions_of_image on interactions (viewer_id, image_id)
  where kind in ('open', 'like', 'love', 'save', 'share', 'hide', 'less', 'hate');
