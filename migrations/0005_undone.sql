-- Every reader of a viewer's acts leaves out those taken back: without this each of them is held against all of the viewer's events.
create index interactions_undone on interactions (viewer_id, target) where kind = 'undo';
