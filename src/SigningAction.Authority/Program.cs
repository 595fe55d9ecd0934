using SigningAction.Authority.Hosting;

return await SigningAuthority.RunAsync(args, Console.Out, Console.Error);
